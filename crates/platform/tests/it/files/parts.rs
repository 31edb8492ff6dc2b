use captely_platform::files::FilesError;
use captely_sandbox::s3::{S3Fault, S3Operation};

use super::{Shelf, cleared, millions, on_both, pieces, read};

fn names(numbers: std::ops::Range<u8>) -> Vec<String> {
    numbers.map(|n| format!("parts/{n}")).collect()
}

#[test]
fn parts_become_one_file_in_their_order() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        for (name, text) in [("parts/0", "one,"), ("parts/1", "two,"), ("parts/2", "three")] {
            files.put_stream(name, pieces(&[text]), 9).await.unwrap();
        }
        let mut told = Vec::new();
        let whole = files.compose(names(0..3), "whole", 100, |bytes| told.push(bytes)).await;
        assert_eq!(whole.unwrap().hash, *blake3::hash(b"one,two,three").as_bytes());
        assert_eq!(told, [4, 8, 13]);
        assert_eq!(read(files, "whole").await.unwrap(), b"one,two,three");
        let error = files.compose(names(0..3), "more", 12, drop).await.unwrap_err();
        assert!(matches!(error, FilesError::TooLarge { .. }), "{error:?}");
        let error = files.compose(names(0..4), "more", 100, drop).await.unwrap_err();
        assert!(matches!(&error, FilesError::NotFound { name } if name == "parts/3"), "{error:?}");
        assert!(!files.exists("more").await.unwrap());
    });
}

#[test]
fn dropped_anywhere_it_can_be_begun_again() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        for name in names(0..4) {
            files.put_stream(&name, millions(3), 1 << 30).await.unwrap();
        }
        for until in [1, 3_000_000, 5_000_001, 11_000_000] {
            let (tell, told) = tokio::sync::oneshot::channel();
            let mut tell = Some(tell);
            let composing = files.compose(names(0..4), "whole", 1 << 30, |bytes| {
                if let Some(tell) = tell.take_if(|_| bytes >= until) {
                    tell.send(()).unwrap();
                }
            });
            tokio::select! {
                biased;
                _ = told => {}
                done = composing => panic!("it ended before it was dropped: {done:?}"),
            }
            assert!(!files.exists("whole").await.unwrap(), "{until}");
        }
        let whole = files.compose(names(0..4), "whole", 1 << 30, drop).await.unwrap();
        assert_eq!(whole.bytes, 12_000_000);
        assert_eq!(whole.hash, *blake3::hash(&read(files, "whole").await.unwrap()).as_bytes());
        files.clear_all([names(0..4), vec!["whole".to_owned()]].concat()).await.unwrap();
        cleared(shelf).await;
    });
}

#[test]
fn two_at_once_make_the_same_file() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        for name in names(0..3) {
            files.put_stream(&name, millions(4), 1 << 30).await.unwrap();
        }
        let one = files.compose(names(0..3), "whole", 1 << 30, drop);
        let other = files.compose(names(0..3), "whole", 1 << 30, drop);
        let (one, other) = tokio::join!(one, other);
        assert_eq!(one.unwrap(), other.unwrap());
        assert_eq!(read(files, "whole").await.unwrap().len(), 12_000_000);
    });
}

#[test]
fn a_part_whose_connection_breaks_is_read_on_where_it_broke() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        for name in names(0..2) {
            shelf.files.put_stream(&name, millions(6), 1 << 30).await.unwrap();
        }
        shelf.server().script(S3Operation::Get, &[S3Fault::CutBody, S3Fault::CutBody]);
        let whole = shelf.files.compose(names(0..2), "whole", 1 << 30, drop).await.unwrap();
        assert_eq!(whole.bytes, 12_000_000);
        let read = read(&shelf.files, "whole").await.unwrap();
        assert_eq!(whole.hash, *blake3::hash(&read).as_bytes());
    });
}
