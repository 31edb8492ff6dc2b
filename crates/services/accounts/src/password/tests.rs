use super::*;

fn cheap(threads: usize, waiting_max: usize) -> PasswordSettings {
    let cost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
    PasswordSettings { threads, waiting_max, cost }
}

fn start(settings: PasswordSettings) -> Passwords {
    Passwords::start(settings, &Arc::new(Chance::from_seed(1))).unwrap()
}

#[tokio::test]
async fn a_hash_is_of_one_password_however_it_is_composed() {
    let passwords = start(cheap(2, 8));
    let phc = passwords.hash(&Secret::from("café crème brûlée")).await.unwrap();
    let decomposed = Secret::from("cafe\u{301} cre\u{300}me bru\u{302}le\u{301}e");
    let right = passwords.verify(&decomposed, Some(&phc)).await.unwrap();
    assert_eq!(right, Verified { matches: true, needs_rehash: false });
    let wrong = passwords.verify(&Secret::from("cafe creme brulee"), Some(&phc)).await.unwrap();
    assert!(!wrong.matches);
}

#[tokio::test]
async fn one_that_is_too_long_to_be_chosen_matches_nothing() {
    let passwords = start(cheap(1, 8));
    for (letters, matches) in [(PASSWORD_BYTES_MAX, true), (PASSWORD_BYTES_MAX + 1, false)] {
        let long = Secret::from("x".repeat(letters));
        let phc = passwords.hash(&long).await.unwrap();
        let verified = passwords.verify(&long, Some(&phc)).await.unwrap();
        assert_eq!(verified, Verified { matches, needs_rehash: false });
    }
    // What is hashed in its place is no way in either.
    let phc = passwords.hash(&Secret::from("")).await.unwrap();
    let long = Secret::from("x".repeat(1_000_000));
    assert!(!passwords.verify(&long, Some(&phc)).await.unwrap().matches);
}

#[tokio::test]
async fn nobody_has_no_password() {
    let verified = start(cheap(1, 8)).verify(&Secret::from(""), None).await.unwrap();
    assert_eq!(verified, Verified { matches: false, needs_rehash: false });
}

#[tokio::test]
async fn a_full_queue_turns_people_away_and_a_closed_one_says_so() {
    // No thread works on this one.
    let passwords = Passwords { queue: Arc::new(Queue::new(1)) };
    let secret = Secret::from("x");
    let mut waiting = Box::pin(passwords.hash(&secret));
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(waiting.as_mut().poll(context).is_pending())
    });
    assert!(polled.await, "the first waits");
    assert_eq!(passwords.hash(&secret).await, Err(PasswordError::Busy));
    passwords.queue.close();
    assert_eq!(waiting.await, Err(PasswordError::Stopping));
    assert_eq!(passwords.hash(&secret).await, Err(PasswordError::Stopping));
}

#[tokio::test]
async fn who_goes_away_leaves_no_work_behind() {
    let passwords = Passwords { queue: Arc::new(Queue::new(8)) };
    let (answer, receiver) = oneshot::channel();
    let job = Job::Hash { password: Secret::from("x"), answer };
    assert_eq!(passwords.queue.push(job), Push::Taken);
    drop(receiver);
    let queue = passwords.queue.clone();
    let mut hasher = Hasher::new(cheap(1, 1).cost, Arc::new(Chance::from_seed(1))).unwrap();
    let after = hasher.hash("y").unwrap();
    // The job of the one who left draws no salt: the next hash is the same as without it.
    let hasher = Hasher::new(cheap(1, 1).cost, Arc::new(Chance::from_seed(1))).unwrap();
    let worker = thread::spawn(move || work(&queue, hasher));
    assert_eq!(passwords.hash(&Secret::from("y")).await.unwrap(), after);
    drop(passwords);
    worker.join().unwrap();
}

#[tokio::test]
async fn many_at_once_are_all_answered_or_turned_away() {
    let passwords = Arc::new(start(cheap(2, 16)));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..200 {
        let passwords = passwords.clone();
        tasks.spawn(async move {
            let secret = Secret::from(format!("password {number}"));
            match passwords.hash(&secret).await {
                Ok(phc) => passwords.verify(&secret, Some(&phc)).await.map(|v| v.matches),
                Err(why) => Err(why),
            }
        });
    }
    let answers = tasks.join_all().await;
    assert!(answers.contains(&Ok(true)));
    assert!(
        answers.iter().all(|answer| matches!(answer, Ok(true) | Err(PasswordError::Busy))),
        "{answers:?}"
    );
}

#[test]
fn settings_have_bounds() {
    let chance = Arc::new(Chance::from_seed(1));
    for (threads, waiting_max) in [(0, 1), (17, 1), (1, 0), (1, WAITING_MAX + 1)] {
        let error = Passwords::start(cheap(threads, waiting_max), &chance).unwrap_err();
        assert!(error.to_string().contains("must be 1 to"), "{error}");
    }
    assert_eq!(PasswordSettings::default().cost, HashCost::default());
}
