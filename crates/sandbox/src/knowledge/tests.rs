use super::*;

fn people(world: &World) -> impl Iterator<Item = Person> + '_ {
    (0..world.people()).filter_map(|id| world.person(id))
}

#[test]
fn coverage_is_as_the_table_in_the_guide_says() {
    let world = World::new(11, 6_000);
    for (provider, low, high) in [
        (Provider::Icypeas, 50, 60),
        (Provider::Dropcontact, 40, 50),
        (Provider::Hunter, 45, 55),
        (Provider::Apollo, 55, 65),
    ] {
        let found = people(&world).filter(|p| email(&world, provider, p, false).is_some()).count();
        let percent = found * 100 / 6_000;
        assert!((low..=high).contains(&percent), "{provider} covers {percent} %");
    }
}

#[test]
fn a_waterfall_pays() {
    let world = World::new(11, 3_000);
    let anybody =
        |p: &Person| Provider::FINDERS.iter().any(|&by| email(&world, by, p, false).is_some());
    let all = people(&world).filter(anybody).count() * 100 / 3_000;
    assert!((85..99).contains(&all), "all four together cover {all} %");
}

#[test]
fn wrong_answers_are_rarer_where_the_provider_is_surer() {
    let world = World::new(11, 10_000);
    for provider in Provider::FINDERS {
        let mut bands = [(0_u32, 0_u32); 2];
        for person in people(&world) {
            let Some(finding) = email(&world, provider, &person, false) else { continue };
            let right = world.true_email(&person).as_ref() == Some(&finding.email);
            let band = &mut bands[usize::from(finding.confidence >= 90)];
            *band = (band.0 + u32::from(!right), band.1 + 1);
        }
        let [low, high] = bands.map(|(wrong, all)| wrong * 1_000 / all.max(1));
        assert!(high * 3 < low, "{provider}: {high} of 1000 wrong when sure, {low} otherwise");
        assert!(high < 60, "{provider}: {high} of 1000 wrong when sure");
    }
}

#[test]
fn the_same_question_has_the_same_answer() {
    let (a, b) = (World::new(5, 500), World::new(5, 500));
    for (p, q) in people(&a).zip(people(&b)) {
        for provider in Provider::FINDERS {
            assert_eq!(email(&a, provider, &p, false), email(&b, provider, &q, false));
            assert_eq!(mobile(&a, provider, &p), mobile(&b, provider, &q));
        }
    }
}

#[test]
fn mobiles_come_from_two_providers() {
    let world = World::new(11, 4_000);
    let share =
        |by| people(&world).filter(|p| mobile(&world, by, p).is_some()).count() * 100 / 4_000;
    assert_eq!((share(Provider::Icypeas), share(Provider::Hunter)), (0, 0));
    assert!((8..20).contains(&share(Provider::Dropcontact)));
    assert!((25..45).contains(&share(Provider::Apollo)));
}

#[test]
fn verdicts_follow_the_truth() {
    let world = World::new(11, 5_000);
    let (mut sound, mut all) = (0, 0);
    for person in people(&world) {
        let address = world.listed_email(&person).unwrap();
        let company = world.company(person.company).unwrap();
        let said = verdict(&world, Provider::Hunter, &address);
        match company.personality {
            Personality::CatchAll => assert_eq!(said, Verdict::AcceptAll),
            Personality::NullMx => assert_eq!(said, Verdict::Invalid),
            Personality::DeadHost => assert_eq!(said, Verdict::Unknown),
            Personality::Normal => {
                let expected = of(person.mailbox);
                all += 1;
                sound += u32::from(said == expected);
            }
            _ => {}
        }
    }
    assert!(sound * 100 >= all * 97 && sound < all, "{sound} of {all}");
    assert_eq!(verdict(&world, Provider::Hunter, "a@gmail.com"), Verdict::Webmail);
    assert_eq!(verdict(&world, Provider::Hunter, "a@throwaway.test"), Verdict::Disposable);
    assert_eq!(verdict(&world, Provider::Hunter, "a@nowhere.example"), Verdict::Invalid);
}

fn of(mailbox: Mailbox) -> Verdict {
    match mailbox {
        Mailbox::Exists => Verdict::Valid,
        Mailbox::Absent | Mailbox::Disabled => Verdict::Invalid,
        Mailbox::Full => Verdict::Unknown,
    }
}
