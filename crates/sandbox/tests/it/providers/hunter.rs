//! `hunter.md`, rule by rule.

use captely_sandbox::{Conduct, Provider::Hunter};
use serde_json::{Value, json};

use super::{Answer, House, read};

impl House {
    pub(super) async fn hunter(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.base(Hunter));
        read(self.client.get(url).header("x-api-key", self.key(Hunter)).query(query)).await
    }
}

fn id(answer: &Answer) -> &str {
    answer.json["errors"][0]["id"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn three_ways_to_give_the_key() {
    let house = House::at_once().await;
    let (url, key) = (format!("{}/account", house.base(Hunter)), house.key(Hunter));
    let get = || house.client.get(&url);
    assert_eq!(read(get().query(&[("api_key", &key)])).await.status, 200);
    assert_eq!(read(get().header("X-API-KEY", &key)).await.status, 200);
    assert_eq!(read(get().bearer_auth(&key)).await.status, 200);
    for answer in [read(get()).await, read(get().bearer_auth("wrong")).await] {
        assert_eq!((answer.status, id(&answer)), (401, "authentication_failed"));
        assert_eq!(answer.json["errors"][0]["code"], 401);
    }
    let free = format!("{}/email-count?domain=x.example", house.base(Hunter));
    assert_eq!(read(house.client.get(free)).await.status, 200, "no key is needed");
}

#[tokio::test]
async fn missing_parameters_are_named() {
    let house = House::at_once().await;
    for (path, query, word) in [
        ("/email-finder", vec![("first_name", "A"), ("last_name", "B")], "domain"),
        ("/email-finder", vec![("domain", "x.example"), ("first_name", "A")], "last_name"),
        (
            "/email-finder",
            vec![("domain", "x.example"), ("full_name", "A B"), ("max_duration", "30")],
            "max_duration",
        ),
        ("/email-verifier", vec![], "email"),
        ("/domain-search", vec![], "domain"),
        ("/companies/find", vec![], "domain"),
    ] {
        let answer = house.hunter(path, &query).await;
        assert_eq!((answer.status, id(&answer)), (400, "wrong_params"), "{path}");
        assert!(answer.text.contains(word), "{}", answer.text);
    }
    let far = house.hunter("/domain-search", &[("domain", "x.example"), ("offset", "5000")]).await;
    assert_eq!((far.status, id(&far)), (400, "pagination_error"));
}

#[tokio::test]
async fn found_is_charged_and_nothing_is_null_or_404() {
    let house = House::at_once().await;
    let (mut found, mut null, mut missing) = (0_i64, 0, 0);
    for (person, company) in house.people(120) {
        let query = [
            ("first_name", person.first_name.as_str()),
            ("last_name", &person.last_name),
            ("domain", &company.domain),
        ];
        let answer = house.hunter("/email-finder", &query).await;
        if answer.status == 404 {
            missing += 1;
            continue;
        }
        assert_eq!(answer.status, 200, "{}", answer.text);
        let data = &answer.json["data"];
        assert_eq!(answer.json["meta"]["params"]["first_name"], json!(person.first_name));
        assert_eq!(answer.json["meta"]["params"]["company"], Value::Null);
        if data["email"].is_null() {
            assert!(data["score"].is_null());
            null += 1;
        } else {
            assert!(data["score"].as_u64().unwrap() <= 100);
            assert!(data["accept_all"].is_boolean());
            let status = &data["verification"]["status"];
            let words = ["valid", "invalid", "accept_all", "unknown"];
            assert!(status.is_null() || words.contains(&status.as_str().unwrap()), "{status}");
            found += 1;
        }
    }
    assert!(found > 40 && null > 20 && missing > 1, "{found} {null} {missing}");
    assert_eq!(house.calls(Hunter).charged.as_millis(), found * 1_000);
}

#[tokio::test]
async fn the_verifier_speaks_of_accept_all_with_an_underscore() {
    use captely_sandbox::mail_world::{Mailbox, Personality};
    let house = House::at_once().await;
    for (wanted, personality) in
        [("accept_all", Personality::CatchAll), ("unknown", Personality::DeadHost)]
    {
        let (person, _) = house.somebody(|p, c| c.personality == personality && !p.opted_out);
        let email = house.sandbox.world().listed_email(&person).unwrap();
        let answer = house.hunter("/email-verifier", &[("email", &email)]).await;
        assert_eq!(answer.json["data"]["status"], wanted, "{email}");
        assert_eq!(answer.json["data"]["accept_all"], wanted == "accept_all");
    }
    let (person, _) = house.somebody(|p, c| {
        c.personality == Personality::Normal && p.mailbox == Mailbox::Absent && !p.opted_out
    });
    let email = house.sandbox.world().listed_email(&person).unwrap();
    let answer = house.hunter("/email-verifier", &[("email", &email)]).await;
    assert_eq!(answer.json["data"]["status"], "invalid");
    for (email, status) in [("a@gmail.com", "webmail"), ("a@throwaway.test", "disposable")] {
        let answer = house.hunter("/email-verifier", &[("email", email)]).await;
        assert_eq!(answer.json["data"]["status"], status);
    }
    assert_eq!(house.calls(Hunter).charged.as_millis(), 5 * 500);
}

#[tokio::test]
async fn slow_down_is_403_and_out_of_credits_is_429() {
    let house = House::limited().await;
    let query = [("domain", "x.example"), ("full_name", "A B")];
    let mut last = 0;
    for n in 0..21 {
        if n == 15 {
            house.sandbox.advance_ms(1_000);
        }
        let answer = house.hunter("/email-finder", &query).await;
        last = answer.status;
        assert!(answer.headers.get("retry-after").is_none(), "none is documented");
        assert!(n == 20 || matches!(last, 200 | 404), "call {n}: {last}");
    }
    assert_eq!(last, 403);
    let mut conduct = Conduct::at_once();
    conduct.providers.hunter.credits_millis = Some(400);
    house.sandbox.set_conduct(conduct);
    assert_eq!(house.hunter("/email-finder", &query).await.status, 429);
    assert_eq!(house.hunter("/email-verifier", &[("email", "a@x.example")]).await.status, 429);
    assert_eq!(house.hunter("/account", &[]).await.status, 200);
}

#[tokio::test]
async fn the_burst_of_a_second_is_fifteen() {
    let house = House::limited().await;
    let mut statuses = Vec::new();
    for _ in 0..16 {
        statuses.push(house.hunter("/account", &[]).await.status);
    }
    assert_eq!(statuses, [vec![200; 15], vec![403]].concat());
}

#[tokio::test]
async fn who_opted_out_is_451_everywhere() {
    let house = House::at_once().await;
    let (person, company) = house.somebody(|p, _| p.opted_out);
    let email = house.sandbox.world().listed_email(&person).unwrap();
    let name = format!("{} {}", person.first_name, person.last_name);
    let finder = [("full_name", name.as_str()), ("domain", &company.domain)];
    assert_eq!(house.hunter("/email-finder", &finder).await.status, 451);
    assert_eq!(house.hunter("/email-verifier", &[("email", &email)]).await.status, 451);
    assert_eq!(house.hunter("/people/find", &[("email", &email)]).await.status, 451);
    assert_eq!(house.calls(Hunter).charged.as_millis(), 0);
}

#[tokio::test]
async fn a_202_is_no_result_and_its_repeat_is_charged_once() {
    let conduct = Conduct { hunter_pending_permille: 1_000, ..Conduct::default() };
    let house = House::new(conduct).await;
    let (person, _) = house.somebody(|p, c| {
        !p.opted_out && c.personality == captely_sandbox::mail_world::Personality::Normal
    });
    let email = house.sandbox.world().listed_email(&person).unwrap();
    let query = [("email", email.as_str())];
    assert_eq!(house.hunter("/email-verifier", &query).await.status, 202);
    assert_eq!(house.hunter("/email-verifier", &query).await.status, 202);
    assert_eq!(house.calls(Hunter).charged.as_millis(), 0);
    house.sandbox.advance_ms(5_000);
    assert_eq!(house.hunter("/email-verifier", &query).await.status, 200);
    let calls = house.calls(Hunter);
    assert_eq!((calls.charged.as_millis(), calls.charged_twice), (500, 0));
}

#[tokio::test]
async fn a_domain_costs_one_credit_for_ten_addresses() {
    let house = House::at_once().await;
    let world = house.sandbox.world();
    let largest = (0..world.companies())
        .max_by_key(|c| world.company(*c).map_or(0, |c| c.employees))
        .and_then(|c| world.company(c))
        .unwrap();
    let query = [("domain", largest.domain.as_str()), ("limit", "100")];
    let answer = house.hunter("/domain-search", &query).await;
    let emails = answer.json["data"]["emails"].as_array().unwrap().len();
    assert_eq!(answer.json["data"]["pattern"], largest.pattern.as_str());
    let credits = i64::try_from(emails.div_ceil(10)).unwrap();
    assert_eq!(house.calls(Hunter).charged.as_millis(), credits * 1_000);
    let company = house.hunter("/companies/find", &[("domain", &largest.domain)]).await;
    assert_eq!(company.json["data"]["metrics"]["employees"], largest.employees);
    assert_eq!(house.hunter("/people/find", &[("email", "a@x.example")]).await.status, 404);
}
