//! What only a bucket does.

use std::time::Duration;

use bytes::Bytes;
use captely_platform::files::{Files, FilesError, S3Config};
use captely_platform::secrets::Secret;
use captely_sandbox::s3::{S3Fault, S3Operation as Op};

use super::{Shelf, cleared, millions, pieces, read};

/// Six tries that are refused at once, with 5 s at most between two, end well within this.
const REFUSALS_TIME_MAX: Duration = Duration::from_mins(1);

#[test]
fn what_fails_for_a_moment_is_tried_again() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        for fault in [S3Fault::SlowDown, S3Fault::Internal, S3Fault::Cut, S3Fault::CutAfter] {
            for operation in [Op::Put, Op::Get, Op::Head, Op::Delete, Op::List] {
                shelf.server().script(operation, &[fault, fault]);
            }
            shelf.files.put_stream("a", pieces(&["1"]), 9).await.unwrap();
            assert_eq!(read(&shelf.files, "a").await.unwrap(), b"1");
            assert_eq!(shelf.files.list("a", None, 9).await.unwrap(), []);
            shelf.files.clear("a").await.unwrap();
        }
        for fault in [S3Fault::SlowDown, S3Fault::Cut, S3Fault::Slow(Duration::from_millis(50))] {
            for operation in [Op::Create, Op::Part, Op::Complete] {
                shelf.server().script(operation, &[fault]);
            }
            let written = shelf.files.put_stream("big", millions(12), 1 << 30).await.unwrap();
            let whole = read(&shelf.files, "big").await.unwrap();
            assert_eq!(written.hash, *blake3::hash(&whole).as_bytes());
        }
    });
}

/// Cut while the store is at work, a file is not there afterwards, nor is an upload whose name nobody knows.
#[test]
fn whoever_goes_away_while_the_store_works_leaves_nothing() {
    captely_testkit::run(async {
        for (operation, size) in [(Op::Put, 1), (Op::Create, 12), (Op::Complete, 12)] {
            let shelf = Shelf::bucket().await;
            shelf.server().script(operation, &[S3Fault::Slow(Duration::from_millis(200))]);
            let put = shelf.files.put_new("a", millions(size), 1 << 30);
            dropped_at(&shelf, operation, put).await;
            let last = if operation == Op::Create { Op::Abort } else { Op::Delete };
            asked(&shelf, last).await;
            cleared(&shelf).await;
        }
    });
}

/// What another has written meanwhile stays, where both write one name.
#[test]
fn whoever_goes_away_takes_nothing_of_others_with_him() {
    captely_testkit::run(async {
        for (operation, size) in [(Op::Put, 1), (Op::Complete, 12)] {
            let shelf = Shelf::bucket().await;
            shelf.server().script(operation, &[S3Fault::Slow(Duration::from_millis(200))]);
            let put = shelf.files.put_stream("a", millions(size), 1 << 30);
            dropped_at(&shelf, operation, put).await;
            shelf.files.put_stream("a", millions(size), 1 << 30).await.unwrap();
            // The first one's request has ended when this has, which takes longer.
            shelf.server().script(Op::Put, &[S3Fault::Slow(Duration::from_millis(800))]);
            shelf.files.put("b", Bytes::from_static(b"1")).await.unwrap();
            assert!(!shelf.server().calls().contains(&Op::Delete), "{:?}", shelf.server().calls());
            assert_eq!(shelf.left(), ["a", "b"]);
        }
    });
}

/// Drops a writer while the bucket is at work on what it asked for.
async fn dropped_at<T>(shelf: &Shelf, operation: Op, put: impl Future<Output = T>) {
    let reached = async {
        while !shelf.server().calls().contains(&operation) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = put => panic!("it cannot end before {operation:?} is answered"),
        () = reached => {}
    }
}

/// Waits until the bucket was asked for it.
async fn asked(shelf: &Shelf, operation: Op) {
    for _try in 0..500 {
        if shelf.server().calls().contains(&operation) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{operation:?} is not among {:?}", shelf.server().calls());
}

/// The id of such an upload went with the answer; a rule of the bucket takes it away.
#[test]
fn a_lost_answer_to_a_beginning_leaves_an_empty_upload() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        shelf.server().script(Op::Create, &[S3Fault::CutAfter]);
        shelf.files.put_stream("a", millions(12), 1 << 30).await.unwrap();
        assert_eq!(shelf.left(), ["a", "unfinished 0"]);
    });
}

#[test]
fn a_full_store_says_so_and_keeps_nothing() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        shelf.server().script(Op::Put, &[S3Fault::Full; 20]);
        let error = shelf.files.put_stream("a", pieces(&["1"]), 9).await.unwrap_err();
        assert!(matches!(error, FilesError::Full), "{error:?}");
        assert_eq!(error.to_string(), "the file store is full; make room and try again");
        shelf.server().script(Op::Part, &[S3Fault::Full; 60]);
        let error = shelf.files.put_stream("a", millions(16), 1 << 30).await.unwrap_err();
        assert!(matches!(error, FilesError::Full), "{error:?}");
        cleared(&shelf).await;
    });
}

#[test]
fn wrong_keys_are_told_from_failures_and_shown_nowhere() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        let right = &shelf.bucket.as_ref().unwrap().config;
        for wrong in [
            S3Config { secret: Secret::from("not-the-secret"), ..right.clone() },
            S3Config { key_id: "NOBODY".to_owned(), ..right.clone() },
        ] {
            let files = Files::s3(&wrong).unwrap();
            let error = files.probe().await.unwrap_err();
            assert!(matches!(error, FilesError::Refused(_)), "{error:?}");
            let said = format!("{error} {error:?} {files:?}");
            assert!(!said.contains("not-the-secret"), "{said}");
        }
        let nowhere = S3Config { bucket: "nowhere".to_owned(), ..right.clone() };
        let error = Files::s3(&nowhere).unwrap().probe().await.unwrap_err();
        assert!(matches!(error, FilesError::NotFound { .. }), "{error:?}");
        let region = S3Config { region: "eu-west-1".to_owned(), ..right.clone() };
        let error = Files::s3(&region).unwrap().probe().await.unwrap_err();
        assert!(error.to_string().contains("AuthorizationHeaderMalformed"), "{error}");
        assert_eq!(shelf.left(), [""; 0]);
    });
}

#[test]
fn a_probe_that_fails_leaves_nothing() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        shelf.server().script(Op::Get, &[S3Fault::Full; 20]);
        let error = shelf.files.probe().await.unwrap_err();
        assert!(matches!(error, FilesError::Full), "{error:?}");
        assert_eq!(shelf.left(), [""; 0]);
    });
}

#[test]
fn small_files_take_one_request() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        shelf.files.put_stream("a", millions(4), 1 << 30).await.unwrap();
        assert_eq!(shelf.server().calls(), [Op::Put]);
    });
}

#[test]
fn what_one_request_tells_is_asked_once() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        shelf.files.put("a", Bytes::from_static(b"123")).await.unwrap();
        let (bytes, _pieces) = shelf.files.get_sized("a").await.unwrap();
        assert_eq!(bytes, 3);
        drop(shelf.files.reader("a", 0).await.unwrap());
        let error = shelf.files.reader("b", 0).await.unwrap_err();
        assert!(matches!(error, FilesError::NotFound { .. }), "{error:?}");
        shelf.files.clear("a").await.unwrap();
        shelf.files.clear("a").await.unwrap();
        assert_eq!(
            shelf.server().calls(),
            [Op::Put, Op::Get, Op::Get, Op::Get, Op::Delete, Op::Delete]
        );
        assert_eq!(shelf.left(), [""; 0]);
    });
}

#[test]
fn nobody_there_is_a_failure_in_time() {
    captely_testkit::run(async {
        let there = captely_testkit::bucket().await;
        there.server.stop().await;
        let files = Files::s3(&there.config).unwrap();
        let size = tokio::time::timeout(REFUSALS_TIME_MAX, files.size("a")).await;
        let error = size.expect("it tries for ever").unwrap_err();
        assert!(matches!(error, FilesError::Store(_)), "{error:?}");
    });
}
