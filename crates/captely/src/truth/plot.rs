use std::fmt::Write as _;

use super::Report;

/// Side of the plot's square and its margins, in pixels.
const SIDE: f64 = 320.0;
const MARGIN: f64 = 48.0;

/// The reliability plot as SVG: what was stated against what was observed, a circle for each tenth, its
/// area by how many addresses lie in it. On the diagonal every word is kept.
pub fn reliability_plot(report: &Report, title: &str) -> String {
    let edge = SIDE + 2.0 * MARGIN;
    let x = |share: f64| MARGIN + share * SIDE;
    let y = |share: f64| MARGIN + (1.0 - share) * SIDE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {edge} {edge}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<title>{title}</title>\n\
         <rect width=\"{edge}\" height=\"{edge}\" fill=\"#fff\"/>\n\
         <text x=\"{MARGIN}\" y=\"24\" font-size=\"14\">{title}</text>\n\
         <rect x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#888\"/>\n\
         <line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"#888\" stroke-dasharray=\"4 4\"/>\n",
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0),
    );
    for tenth in [0_u8, 2, 4, 6, 8, 10] {
        let share = f64::from(tenth) / 10.0;
        let (below, left) = (MARGIN + SIDE + 16.0, MARGIN - 6.0);
        // Writing to a text cannot fail.
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{below}\" text-anchor=\"middle\">{share}</text>\n\
             <text x=\"{left}\" y=\"{:.0}\" text-anchor=\"end\">{share}</text>\n",
            x(share),
            y(share) + 4.0,
        );
    }
    for bin in report.bins.iter().filter(|bin| bin.addresses > 0) {
        let radius = 2.0 + (f64::from(bin.addresses) / f64::from(report.addresses)).sqrt() * 24.0;
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"#1668c7\" fill-opacity=\"0.55\">\
             <title>{} addresses: stated {:.3}, observed {:.3}</title></circle>",
            x(bin.stated()),
            y(bin.observed()),
            bin.addresses,
            bin.stated(),
            bin.observed(),
        );
    }
    let middle = MARGIN + SIDE / 2.0;
    let _ = write!(
        svg,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">stated probability of delivery</text>\n\
         <text transform=\"translate(14 {middle}) rotate(-90)\" text-anchor=\"middle\">share that takes \
         mail</text>\n</svg>\n",
        edge - 12.0,
    );
    svg
}
