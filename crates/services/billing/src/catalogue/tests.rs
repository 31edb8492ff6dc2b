use captely_credits::Action;

use super::*;

#[test]
fn the_built_in_one_is_what_was_asked_for() {
    let catalogue = Catalogue::built_in().unwrap();
    let listed: Vec<_> = catalogue
        .plans
        .iter()
        .map(|p| (p.id.as_str(), p.monthly, p.credits, p.daily_max, p.contacts_max, p.members_max))
        .collect();
    let whole = |n| Some(Credits::whole(n));
    assert_eq!(
        listed,
        [
            ("free", 0, Credits::whole(100), whole(50), Some(100), Some(1)),
            ("starter", 4_900, Credits::whole(1_000), whole(500), Some(5_000), Some(1)),
            ("professional", 14_900, Credits::whole(5_000), whole(2_000), Some(50_000), Some(5)),
            ("enterprise", 49_900, Credits::whole(20_000), whole(10_000), None, None),
        ]
    );
    assert!(catalogue.plans.iter().all(|plan| plan.yearly == plan.monthly * 10));
    for action in Action::ALL {
        assert_eq!(catalogue.prices[&action], action.usual_price(), "{action}");
    }
}

#[test]
fn a_plan_that_was_sold_reads_back_as_it_was() {
    for plan in Catalogue::built_in().unwrap().plans {
        let kept = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&kept).unwrap(), plan, "{kept}");
    }
}

#[test]
fn a_plan_becomes_a_policy() {
    let catalogue = Catalogue::built_in().unwrap();
    let policy = catalogue.policy(catalogue.plan("starter").unwrap(), None);
    assert_eq!((policy.plan.as_str(), policy.unlimited), ("starter", false));
    assert!(policy.gates.has_provider("hunter") && !policy.gates.has_provider("apollo"));
    assert!(!policy.gates.has_action(Action::PhoneReveal));
    assert_eq!(policy.price(Action::EmailVerification, 2), Credits::whole(1));
    let all = catalogue.policy(catalogue.plan("enterprise").unwrap(), Some(&policy));
    assert!(all.gates.has_action(Action::IntentData) && all.gates.has_feature("anything"));
}

#[track_caller]
fn check(from: &str, to: &str, said: &str) {
    let text = BUILT_IN.replacen(from, to, 1);
    assert_ne!(text, BUILT_IN, "{from} is not there");
    let fault = Catalogue::parse("plans.toml", &text).unwrap_err().to_string();
    assert!(fault.starts_with("plans.toml is no catalogue"), "{fault}");
    assert!(fault.contains(said), "{fault}");
}

#[test]
fn faults_name_their_place() {
    check("currency = \"usd\"", "currency = \"dollars\"", "is no currency such as usd");
    check("monthly = 4900", "monthly = -1", "plans[1].monthly: must be 0 to");
    check("monthly = 4900", "monthly = 4900.5", "line 52");
    check("id = \"free\"", "id = \"gratis\"", "one must have the id \"free\"");
    check("id = \"starter\"", "id = \"free\"", "plans[1].id: \"free\" is there twice");
    check("credits = 1000", "credits = \"0.0005\"", "to three decimals");
    check("credits = 1000", "credits = -5", "is not below zero");
    check("price = 2900", "price = 0", "packages[0].price");
    check("retry_days = [3, 5, 7]", "retry_days = [3, 3]", "dunning.retry_days");
    check("members_max = 1", "member_max = 1", "unknown field `member_max`");
    check("phone_reveal = 3", "telephone = 3", "unknown variant `telephone`");
    check("monthly = 49900", "monthly = 100", "from the cheapest to the dearest");
    check("days = 14", "days = 0", "trial.days");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let said = Catalogue::from_file(Path::new("/nowhere/plans.toml")).unwrap_err().to_string();
    assert!(said.contains("/nowhere/plans.toml") && said.contains("cannot be read"), "{said}");
}
