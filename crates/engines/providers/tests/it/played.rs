//! The checkers against the sandbox's simulators, which know the truth and keep the books.

use captely_contact::{CatchAll, Credits, E164, EmailAddress, EmailStatus, PhoneType};
use captely_providers::{
    Checked, CheckedEmail, CheckerSettings, EmailChecker, Key, LineStatus, PhoneChecker,
    ProviderError, email_checker, phone_checker,
};
use captely_sandbox::mail_world::{Mailbox, Personality};
use captely_sandbox::world::{LineState, Person};
use captely_sandbox::{Conduct, Provider, ProviderCalls, Sandbox, Settings};

use crate::loopback::http;

struct House(Sandbox);

impl House {
    async fn new(conduct: Conduct) -> Self {
        let settings = Settings { seed: 42, people: 3_000, conduct, ..Settings::default() };
        Self(Sandbox::start(settings).await.unwrap())
    }

    fn settings(&self, provider: Provider) -> CheckerSettings {
        let account = self.0.addresses().providers.of(provider);
        CheckerSettings {
            base: Some(account.base.clone()),
            secret: account.secret.clone().map(Key::from),
            line_status: true,
            ..CheckerSettings::new(account.key.as_str())
        }
    }

    fn zerobounce(&self) -> Box<dyn EmailChecker> {
        email_checker("zerobounce", http(), &self.settings(Provider::Zerobounce)).unwrap()
    }

    fn hunter(&self) -> Box<dyn EmailChecker> {
        email_checker("hunter-verifier", http(), &self.settings(Provider::Hunter)).unwrap()
    }

    fn twilio(&self) -> Box<dyn PhoneChecker> {
        phone_checker("twilio-lookup", http(), &self.settings(Provider::Twilio)).unwrap()
    }

    fn calls(&self, provider: Provider) -> ProviderCalls {
        self.0.calls().of(provider).clone()
    }

    fn people(&self, count: u32) -> Vec<Person> {
        (0..count).filter_map(|id| self.0.world().person(id)).filter(|p| !p.opted_out).collect()
    }

    fn address(&self, person: &Person) -> EmailAddress {
        self.0.world().listed_email(person).unwrap().parse().unwrap()
    }

    fn personality(&self, person: &Person) -> Personality {
        self.0.world().company(person.company).unwrap().personality
    }
}

async fn found(client: &dyn EmailChecker, address: &EmailAddress) -> CheckedEmail {
    match client.check_email(address).await.unwrap() {
        Checked::Done(found) => found,
        Checked::Pending => panic!("{address} is pending"),
    }
}

/// What is charged stands in the client's answers as in the books.
#[tokio::test]
async fn verdicts_follow_the_truth_and_charges_the_books() {
    let house = House::new(Conduct::at_once()).await;
    let clients = [(house.zerobounce(), Provider::Zerobounce), (house.hunter(), Provider::Hunter)];
    for (client, provider) in clients {
        let (mut charged, mut wrong, mut tested) = (Credits::ZERO, 0, 0);
        for person in house.people(600) {
            let said = found(client.as_ref(), &house.address(&person)).await;
            charged = charged.plus(said.charged);
            match (house.personality(&person), person.mailbox) {
                (Personality::CatchAll, _) => {
                    let status = (said.status, said.catch_all);
                    assert_eq!(status, (EmailStatus::AcceptAll, CatchAll::Yes), "{said:?}");
                }
                (Personality::Normal, Mailbox::Exists) => {
                    tested += 1;
                    wrong += u32::from(said.status != EmailStatus::Valid);
                    assert_ne!(said.status, EmailStatus::Invalid, "{said:?}");
                }
                (Personality::Normal, Mailbox::Absent | Mailbox::Disabled) => {
                    tested += 1;
                    wrong += u32::from(said.status != EmailStatus::Invalid);
                }
                (Personality::Normal, Mailbox::Full) => {
                    assert_eq!(said.status, EmailStatus::Unknown, "{said:?}");
                }
                _ => {}
            }
        }
        // The simulators err in 10 and 12 of 1,000.
        assert!(tested > 200 && wrong * 20 < tested, "{provider}: {wrong} of {tested}");
        let calls = house.calls(provider);
        assert_eq!((calls.charged, calls.charged_twice), (charged, 0), "{provider}");
    }
}

#[tokio::test]
async fn what_was_greylisted_is_asked_again_and_paid_once() {
    let conduct = Conduct { latency_ms: captely_sandbox::Span::default(), ..Conduct::default() };
    let house = House::new(conduct).await;
    let client = house.zerobounce();
    let mut passed = 0;
    for person in house.people(300) {
        let address = house.address(&person);
        let first = found(client.as_ref(), &address).await;
        if first.said != "status=unknown sub_status=greylisted" {
            continue;
        }
        assert!(first.retry && first.charged == Credits::ZERO && first.confidence.is_none());
        house.0.advance_ms(600_000);
        let second = found(client.as_ref(), &address).await;
        assert!(!second.retry && second.status != EmailStatus::Unknown, "{second:?}");
        passed += 1;
    }
    assert!(passed > 3, "{passed}");
    assert_eq!(house.calls(Provider::Zerobounce).charged_twice, 0);
}

#[tokio::test]
async fn one_sentence_is_told_apart() {
    let mut conduct = Conduct::at_once();
    conduct.providers.zerobounce.credits_millis = Some(0);
    let house = House::new(conduct).await;
    let address = "a@x.example".parse().unwrap();
    let poor = house.zerobounce();
    let error = poor.check_email(&address).await.unwrap_err();
    assert_eq!(error, ProviderError::OutOfCredits);
    assert_eq!(poor.check_key().await, Ok(Some(0)));
    let wrong = CheckerSettings { key: Key::from("wrong"), ..house.settings(Provider::Zerobounce) };
    let wrong = email_checker("zerobounce", http(), &wrong).unwrap();
    for error in
        [wrong.check_email(&address).await.unwrap_err(), wrong.check_key().await.unwrap_err()]
    {
        assert!(matches!(error, ProviderError::KeyRefused { .. }), "{error:?}");
        assert!(error.drops_provider(), "nobody may go on with it: that brings a block");
    }
}

#[tokio::test]
async fn a_block_is_waited_out() {
    let mut conduct = Conduct { limits: true, ..Conduct::at_once() };
    conduct.providers.zerobounce.calls_per_minute = 1;
    let house = House::new(conduct).await;
    let client = house.zerobounce();
    let address: EmailAddress = "a@nowhere.example".parse().unwrap();
    assert_eq!(found(client.as_ref(), &address).await.status, EmailStatus::Invalid);
    let mut waits = Vec::new();
    for _ in 0..2 {
        let error = client.check_email(&address).await.unwrap_err();
        let ProviderError::RateLimited { after: Some(after) } = error else { panic!("{error:?}") };
        waits.push(after.as_secs());
    }
    assert_eq!(waits, [60, 3_600], "too fast, then blocked");
    house.0.advance_ms(3_600_000);
    assert_eq!(found(client.as_ref(), &address).await.status, EmailStatus::Invalid);
}

#[tokio::test]
async fn hunter_is_asked_the_same_again_and_paid_once() {
    let conduct = Conduct { limits: true, hunter_pending_permille: 1_000, ..Conduct::at_once() };
    let house = House::new(conduct).await;
    let client = house.hunter();
    let person = house.people(50).into_iter().find(|p| p.mailbox == Mailbox::Exists).unwrap();
    let address = house.address(&person);
    for _ in 0..2 {
        assert_eq!(client.check_email(&address).await, Ok(Checked::Pending));
    }
    house.0.advance_ms(5_000);
    let said = found(client.as_ref(), &address).await;
    assert_eq!(said.charged, Credits::millis(500));
    let calls = house.calls(Provider::Hunter);
    assert_eq!((calls.charged, calls.charged_twice), (said.charged, 0));
    assert!(matches!(client.check_key().await, Ok(Some(credits)) if credits > 1_000));
}

#[tokio::test]
async fn only_the_network_says_active() {
    let house = House::new(Conduct::at_once()).await;
    let client = house.twilio();
    assert_eq!(client.check_key().await, Ok(None));
    assert_eq!(house.calls(Provider::Twilio).charged, Credits::ZERO, "the check is free");
    let mut charged = Credits::ZERO;
    let mut numbers: Vec<String> = house.people(300).into_iter().map(|p| p.mobile).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let line = house.0.world().line(&number).unwrap();
        let number: E164 = number.parse().unwrap();
        let Checked::Done(said) = client.check_phone(&number).await.unwrap() else {
            panic!("{number} is pending")
        };
        charged = charged.plus(said.charged);
        assert!(said.valid && said.country.as_deref() == Some(line.country));
        if said.said.contains("error=") {
            assert_eq!((said.kind, said.line), (PhoneType::Unknown, LineStatus::Unknown));
            continue;
        }
        let expected = match line.state {
            LineState::Active => LineStatus::Active,
            LineState::Reachable => LineStatus::Reachable,
            LineState::Unreachable => LineStatus::Unreachable,
            LineState::Inactive => LineStatus::Inactive,
            LineState::Untold => LineStatus::Unknown,
        };
        assert_eq!(said.line, expected, "{said:?}");
        assert!(matches!(said.kind, PhoneType::Mobile | PhoneType::Unknown), "{said:?}");
    }
    let calls = house.calls(Provider::Twilio);
    assert_eq!((calls.charged, calls.charged_twice), (charged, 0));
    let nobody: E164 = "+12025551234".parse().unwrap();
    let Checked::Done(said) = client.check_phone(&nobody).await.unwrap() else { panic!() };
    assert!(!said.valid && said.charged == Credits::ZERO && said.line == LineStatus::NotAsked);
}

/// Whatever breaks, the books show no more than was told or is in doubt.
#[tokio::test]
async fn failures_hide_no_charge() {
    let mut conduct = Conduct::at_once().with_faults(400);
    for provider in Provider::ALL {
        conduct.providers.of_mut(provider).faults.hold_ms = 10;
    }
    let house = House::new(conduct).await;
    let clients = [(house.zerobounce(), Provider::Zerobounce), (house.hunter(), Provider::Hunter)];
    for (client, provider) in clients {
        let (mut told, mut doubts, mut errors) = (Credits::ZERO, 0, 0);
        for person in house.people(300) {
            match client.check_email(&house.address(&person)).await {
                Ok(Checked::Done(said)) => told = told.plus(said.charged),
                Ok(Checked::Pending) => panic!("nothing is pending here"),
                Err(error) => {
                    errors += 1;
                    doubts += i64::from(error.in_doubt());
                }
            }
        }
        let charged = house.calls(provider).charged.as_millis();
        let most = told.as_millis() + doubts * client.sheet().credits_max.as_millis();
        assert!(errors > 60 && doubts > 10, "{provider}: {errors} {doubts}");
        assert!(
            (told.as_millis()..=most).contains(&charged),
            "{provider}: {charged} {told} {most}"
        );
    }
}
