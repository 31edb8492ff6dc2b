//! Every file in `fixtures/` is one exchange with a provider: what is asked, the calls that must be
//! made, the answers given to them, and what must come out.

use std::time::Duration;

use captely_contact::{Field, Person};
use captely_providers::{Asked, Key, Outcome, Provider, Question, Ticket};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::loopback::{self, Loopback};
use crate::script::{self, Call, shown_error};

/// What every provider must have been tried with.
const REQUIRED: [&str; 10] = [
    "check_key",
    "failed",
    "found",
    "garbled",
    "gateway_lost_it",
    "key_refused",
    "bad_question",
    "not_found",
    "out_of_credits",
    "rate_limited",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// Which words of the contract this is about.
    about: String,
    #[serde(default)]
    settings: Settings,
    #[serde(default = "ask")]
    act: String,
    /// Defaults to one invented person.
    #[serde(default)]
    people: Vec<Person>,
    #[serde(default)]
    wants: Vec<Field>,
    calls: Vec<Call>,
    /// One for each question.
    outcomes: Vec<Value>,
    /// What is left if polling is given up, one for each ticket.
    #[serde(default)]
    given_up: Vec<Value>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Settings {
    account_email: Option<String>,
    webhook_url: Option<String>,
}

fn ask() -> String {
    "ask".to_owned()
}

#[test]
fn every_provider_has_every_required_case() {
    for provider in captely_providers::names() {
        script::has_cases(provider, &REQUIRED);
    }
}

#[tokio::test]
async fn icypeas_as_in_its_fixtures() {
    run_all("icypeas").await;
}

#[tokio::test]
async fn dropcontact_as_in_its_fixtures() {
    run_all("dropcontact").await;
}

#[tokio::test]
async fn hunter_as_in_its_fixtures() {
    run_all("hunter").await;
}

#[tokio::test]
async fn apollo_as_in_its_fixtures() {
    run_all("apollo").await;
}

async fn run_all(provider: &str) {
    for case in script::cases(provider) {
        run(provider, &format!("{provider}/{case}"), script::read(provider, &case)).await;
    }
}

async fn run(provider: &str, case: &str, fixture: Fixture) {
    assert!(!fixture.about.is_empty(), "{case}: say what it is about");
    let server = script::serve(&fixture.calls).await;
    let mut settings = server.settings();
    settings.account_email = fixture.settings.account_email.clone();
    settings.webhook_url = fixture.settings.webhook_url.clone().map(Key::from);
    let client = captely_providers::client(provider, server.http.clone(), &settings).unwrap();
    let questions = questions(&fixture);
    let mut given_up = Vec::new();
    let outcomes = match fixture.act.as_str() {
        "ask" => ask_and_poll(client.as_ref(), &questions, &server, &fixture, &mut given_up).await,
        "settle" => settle(client.as_ref(), &questions).await,
        "check_key" => vec![match client.check_key().await {
            Ok(credits) => json!({ "credits": credits }),
            Err(error) => shown_error(&error),
        }],
        other => panic!("{case}: there is no act {other}"),
    };
    script::check_calls(case, &fixture.calls, &server);
    assert_eq!(Value::from(outcomes), Value::from(fixture.outcomes), "{case}");
    assert_eq!(Value::from(given_up), Value::from(fixture.given_up), "{case}: given up");
}

/// Page by page until all are found or the list ends.
async fn settle(client: &dyn Provider, questions: &[Question]) -> Vec<Value> {
    let mut found: Vec<Option<String>> = vec![None; questions.len()];
    let mut page: Option<String> = None;
    loop {
        let searched = client.settle(questions, Duration::from_mins(1), page.as_deref()).await;
        let searched = match searched {
            Ok(searched) => searched,
            Err(error) => return vec![shown_error(&error)],
        };
        for (slot, ticket) in found.iter_mut().zip(searched.tickets) {
            *slot = slot.take().or(ticket);
        }
        page = searched.next;
        if page.is_none() || found.iter().all(Option::is_some) {
            return found.into_iter().map(|ticket| json!(ticket)).collect();
        }
    }
}

fn questions(fixture: &Fixture) -> Vec<Question> {
    let wants = if fixture.wants.is_empty() { vec![Field::Email] } else { fixture.wants.clone() };
    let people =
        if fixture.people.is_empty() { vec![loopback::asha()] } else { fixture.people.clone() };
    let marks = 42..;
    let question = |(mark, person)| loopback::question(&format!("lead-{mark}"), person, &wants);
    marks.zip(people).map(question).collect()
}

/// Asks, then polls what is pending until the script's calls are used up.
async fn ask_and_poll(
    client: &dyn Provider,
    questions: &[Question],
    server: &Loopback,
    fixture: &Fixture,
    given_up: &mut Vec<Value>,
) -> Vec<Value> {
    let tickets = match client.ask(questions).await {
        Err(error) => return vec![shown_error(&error)],
        Ok(Asked::Answered(outcomes)) => return outcomes.iter().map(shown).collect(),
        Ok(Asked::Pending(tickets)) => tickets,
    };
    assert_eq!(tickets.len(), questions.len(), "one ticket or failure for each question");
    let mut outcomes: Vec<Option<Value>> =
        tickets.iter().map(|ticket| ticket.as_ref().err().map(shown_error)).collect();
    if !fixture.given_up.is_empty() {
        for (ticket, question) in tickets.iter().flatten().zip(questions) {
            let ticket = Ticket { ticket: ticket.clone(), question: question.clone() };
            given_up.push(json!(client.give_up(&ticket)));
        }
    }
    while server.calls().len() < fixture.calls.len() {
        let open: Vec<usize> = (0..outcomes.len()).filter(|at| outcomes[*at].is_none()).collect();
        let polled: Vec<Ticket> = open
            .iter()
            .map(|at| Ticket {
                ticket: tickets[*at].clone().unwrap(),
                question: questions[*at].clone(),
            })
            .collect();
        let before = server.calls().len();
        match client.poll(&polled).await {
            Err(error) => return vec![shown_error(&error)],
            Ok(answers) => {
                assert_eq!(answers.len(), polled.len());
                for (at, answer) in open.into_iter().zip(answers) {
                    outcomes[at] = answer.as_ref().map(shown);
                }
            }
        }
        assert!(server.calls().len() <= before + 1, "a poll is one call at most");
        if server.calls().len() == before {
            break;
        }
    }
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| json!("pending"))).collect()
}

fn shown(outcome: &Outcome) -> Value {
    match outcome {
        Ok(answer) => json!({ "answer": answer }),
        Err(error) => shown_error(error),
    }
}
