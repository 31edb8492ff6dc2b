//! How right the verifier is about the sandbox's addresses, on seeds that the table of probabilities was
//! not counted on (data/probability.txt was counted on 101, 102 and 103).

use captely::truth::{Judgement, Report, judge, reliability_plot};
use captely_verify::Level;

async fn report(seed: u64, addresses: u32, level: Level) -> Report {
    Report::of(&judge(Judgement { seed, addresses, level }).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_live_mailbox_is_called_invalid_and_dead_ones_are_found() {
    let report = report(7, 20_000, Level::Smtp).await;
    println!("{:#}", report.to_json());
    assert_eq!(report.addresses, 20_000);
    assert_eq!(report.live_called_invalid, [""; 0]);
    assert!(report.dead_on_answering > 5_000);
    assert!(report.dead_found() >= 0.99, "{:?}", report.dead_missed);
    assert!(report.calibration_error() <= 0.03, "{:?}", report.bins);
    let plot = reliability_plot(&report, "held back");
    assert!(plot.starts_with("<svg") && plot.trim_end().ends_with("</svg>"));
    assert_eq!(
        plot.matches("<circle").count(),
        report.bins.iter().filter(|b| b.addresses > 0).count()
    );
}

#[tokio::test]
async fn what_was_not_asked_is_stated_as_it_is() {
    for level in [Level::Syntax, Level::Domain, Level::Mx] {
        let report = report(8, 5_000, level).await;
        assert_eq!(report.live_called_invalid, [""; 0], "{level}");
        assert!(report.calibration_error() <= 0.03, "{level}: {:?}", report.bins);
    }
}
