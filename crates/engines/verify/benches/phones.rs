//! The rate of `phone` over a list: a line is a number, a tab, and the country that it is read in.
//! `cargo bench -p captely-verify --bench phones -- FILE [SECONDS]` prints one line of JSON;
//! bench/phones.py compares it with other libraries over the same list. Time is what this thread spent on
//! a processor, so that other work on the machine does not count.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may stop")]

use std::hint::black_box;

use captely_verify::phone;

fn main() {
    // `cargo bench` adds a flag of its own.
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(file) = arguments.next() else {
        println!("no list was given: see bench/phones.py");
        return;
    };
    let seconds = arguments.next().map_or(3.0, |text| text.parse().unwrap());
    let text = std::fs::read_to_string(&file).unwrap();
    let list: Vec<(&str, &str)> = text.lines().map(|line| line.split_once('\t').unwrap()).collect();
    let begun = on_processor_s();
    phone("+1 504-621-8927", None);
    let first_ms = (on_processor_s() - begun) * 1e3;
    let valid = round(&list); // compiles every pattern that the list needs
    let begun = on_processor_s();
    let (mut numbers, mut took) = (0, 0.0);
    while took < seconds {
        black_box(round(&list));
        numbers += list.len();
        took = on_processor_s() - begun;
    }
    let rate = f64::from(u32::try_from(numbers).unwrap()) / took;
    println!(
        "{{\"numbers\": {numbers}, \"seconds\": {took:.3}, \"per_s\": {rate:.0}, \"valid\": {valid}, \
         \"first_ms\": {first_ms:.2}}}"
    );
}

/// How many of the list are valid.
fn round(list: &[(&str, &str)]) -> usize {
    let country = |text| Some(text).filter(|text: &&str| !text.is_empty());
    list.iter().filter(|(text, home)| black_box(phone(text, country(home))).valid).count()
}

/// Time that this thread spent on a processor, as Linux counts it.
fn on_processor_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds: f64 = text.split_whitespace().next().unwrap().parse().unwrap();
    nanoseconds / 1e9
}
