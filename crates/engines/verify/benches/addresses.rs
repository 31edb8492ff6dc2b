//! How many addresses a second one core takes through syntax and lists, over a made-up list of leads.
//!
//!     cargo bench -p captely-verify --bench addresses [-- --json] [--write FILE]
//!
//! `--write` leaves the list in FILE, one address a line, for a peer to read. Rates are by the wall
//! clock and by the time that the thread spent on a processor, which other work leaves alone.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints and may stop")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use captely_verify::{classes, duplicate_key, homograph, provider_rule, shape, suggestion, syntax};

const ADDRESSES: usize = 50_000;
const ROUNDS: usize = 40;

/// No real people: given names and surnames are combined at random.
const FIRST: &str = "ada alan anna asha ben carla chen dara elena emil farah grace hugo ines ivan jana \
    karl lena liam maria mei nora omar paula priya raj rosa sara tomas yuki zoe";
const LAST: &str = "abadi berg costa diaz engel ferro garcia haas ito jensen kim lopez meyer novak olsen \
    patel quinn rao sato turing ueda vogel weber xu young zhang";
const MAKERS: &str = "acme alpine atlas beacon cobalt delta ember falcon granite harbor iron juniper \
    keystone lumen meridian nimbus onyx pinnacle quartz ridge summit titan umbra vertex willow zenith";
const TRADES: &str =
    "foods group health labs logistics media motors partners retail solar systems tools";
const TOPS: &str = "com com com com net io de co.uk fr in co com.br";
const PROVIDERS: &str = "gmail.com gmail.com gmail.com gmail.com yahoo.com hotmail.com outlook.com \
    icloud.com aol.com gmx.de web.de yahoo.co.uk orange.fr mail.ru 163.com";
const THROW_AWAY: &str = "mailinator.com yopmail.com guerrillamail.com mozmail.com";
const ROLES: &str = "info sales support contact office hr";

fn main() {
    let addresses = corpus();
    let mut arguments = std::env::args().skip(1);
    let mut json = false;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--write" => std::fs::write(arguments.next().unwrap(), addresses.join("\n")).unwrap(),
            _ => {} // cargo adds --bench
        }
    }
    let rows = [
        measure("syntax", &addresses, |address| {
            black_box(syntax(address).is_ok());
        }),
        measure("syntax and lists", &addresses, |address| {
            if let Ok(email) = syntax(address) {
                black_box(classes(&email));
            }
        }),
        measure("everything without network", &addresses, |address| {
            if let Ok(email) = syntax(address) {
                let names = (classes(&email), shape(email.local()), provider_rule(&email).is_ok());
                black_box((names, homograph(email.domain_str()), suggestion(&email)));
                black_box(duplicate_key(&email));
            }
        }),
    ];
    if json {
        println!("{{{}}}", rows.map(|row| row.json()).join(", "));
    }
}

struct Measured {
    name: &'static str,
    wall_per_s: f64,
    cpu_per_s: f64,
}

impl Measured {
    fn json(&self) -> String {
        let Self { name, wall_per_s, cpu_per_s } = self;
        format!("\"{name}\": {{\"per_s\": {wall_per_s:.0}, \"per_cpu_s\": {cpu_per_s:.0}}}")
    }
}

/// The median of the rounds' rates, so that a burst of other work does not count.
fn measure(name: &'static str, addresses: &[String], job: impl Fn(&str)) -> Measured {
    let round = || {
        let (wall, cpu) = (Instant::now(), on_processor());
        for address in addresses {
            job(black_box(address));
        }
        (wall.elapsed(), on_processor().saturating_sub(cpu))
    };
    round(); // pages and caches
    let rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    let rate = |of: fn(&(Duration, Duration)) -> Duration| {
        let mut times: Vec<_> = rounds.iter().map(of).collect();
        times.sort_unstable();
        let median = times.get(times.len() / 2).unwrap();
        f64::from(u32::try_from(addresses.len()).unwrap()) / median.as_secs_f64()
    };
    let measured = Measured { name, wall_per_s: rate(|r| r.0), cpu_per_s: rate(|r| r.1) };
    eprint_row(&measured);
    measured
}

#[expect(clippy::print_stderr, reason = "a measurement prints")]
fn eprint_row(row: &Measured) {
    let Measured { name, wall_per_s, cpu_per_s } = row;
    eprintln!("{name}: {wall_per_s:.0}/s, {cpu_per_s:.0} for each second of processor");
}

/// Time that this thread spent on a processor, as Linux counts it.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap())
}

/// Half companies', two fifths free providers', and a little of all that turns up in lists: functions,
/// throw-away domains, other scripts, slips and rubbish. Always the same.
fn corpus() -> Vec<String> {
    let mut chance = Chance(0x5eed);
    (0..ADDRESSES).map(|_| address(&mut chance)).collect()
}

fn address(chance: &mut Chance) -> String {
    let (first, last) = (chance.word(FIRST), chance.word(LAST));
    let company = format!("{}{}.{}", chance.word(MAKERS), chance.word(TRADES), chance.word(TOPS));
    match chance.below(100) {
        0..40 => format!("{first}.{last}@{company}"),
        40..48 => format!("{}{last}@{company}", first.get(..1).unwrap()),
        48..52 => format!("{}@{company}", chance.word(ROLES)),
        52..80 => format!("{first}{last}{}@{}", chance.below(100), chance.word(PROVIDERS)),
        80..90 => format!("{first}_{last}@{}", chance.word(PROVIDERS)),
        90..93 => format!("{first}{}@{}", chance.below(9999), chance.word(THROW_AWAY)),
        93..95 => format!("{first}.{last}@mail.{company}"),
        95 => format!("{first}.müller@{company}"),
        96 => format!("{first}@bücher-{company}"),
        97 => format!("{first}{last}@gmial.com"),
        98 => format!("{first} {last}@{company}"),
        _ => format!("{first}.{last}@{company}@"),
    }
}

/// A linear congruential generator (Knuth's MMIX constants): the same list on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn word<'w>(&mut self, words: &'w str) -> &'w str {
        let count = words.split_whitespace().count();
        words.split_whitespace().nth(self.below(count)).unwrap()
    }
}
