use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use captely_platform::files::{FilesError, Listed};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Piece, cleared, millions, on_both, pieces, read};

#[test]
fn a_file_comes_back_and_goes() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        let name = "imports/imp_1/Übersicht 1+1 & more.csv";
        assert!(!files.exists(name).await.unwrap());
        let written = files.put_stream(name, pieces(&["a,b\n", "1,2\n"]), 100).await.unwrap();
        assert_eq!(written.bytes, 8);
        assert_eq!(written.hash, *blake3::hash(b"a,b\n1,2\n").as_bytes());
        assert_eq!(files.size(name).await.unwrap(), Some(8));
        assert_eq!(read(files, name).await.unwrap(), b"a,b\n1,2\n");
        assert_eq!(files.put_stream(name, pieces(&["x"]), 100).await.unwrap().bytes, 1);
        assert_eq!(read(files, name).await.unwrap(), b"x");
        files.clear(name).await.unwrap();
        files.clear(name).await.unwrap();
        assert_eq!(files.size(name).await.unwrap(), None);
        let error = read(files, name).await.unwrap_err();
        assert!(matches!(error, FilesError::NotFound { .. }), "{error:?}");
        assert_eq!(shelf.left(), [""; 0]);
    });
}

#[test]
fn an_empty_file_is_one() {
    on_both(&async |shelf: &super::Shelf| {
        assert_eq!(shelf.files.put_stream("empty", pieces(&[]), 0).await.unwrap().bytes, 0);
        assert_eq!(shelf.files.size("empty").await.unwrap(), Some(0));
        assert_eq!(read(&shelf.files, "empty").await.unwrap(), b"");
    });
}

#[test]
fn a_large_file_goes_in_parts_and_comes_back_whole() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        let written = files.put_stream("big", millions(23), 23_000_000).await.unwrap();
        assert_eq!(written.bytes, 23_000_000);
        let whole = read(files, "big").await.unwrap();
        assert_eq!(written.hash, *blake3::hash(&whole).as_bytes());
        assert!(
            whole.chunks(1_000_000).zip(0_u8..).all(|(chunk, at)| chunk.iter().all(|b| *b == at))
        );
    });
}

/// A piece that can be counted.
struct Counted(#[expect(dead_code, reason = "its clones are counted")] Arc<()>);

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        b"1"
    }
}

#[test]
fn pieces_of_one_byte_are_not_kept() {
    on_both(&async |shelf: &super::Shelf| {
        let pieces = Arc::new(());
        let kept_max = Arc::new(AtomicUsize::new(0));
        let tiny = || {
            let (count, most) = (Arc::clone(&pieces), Arc::clone(&kept_max));
            stream::iter(0..10_000).map(move |_| {
                most.fetch_max(Arc::strong_count(&count), Ordering::Relaxed);
                Piece::Ok(Bytes::from_owner(Counted(Arc::clone(&count))))
            })
        };
        // And behind what makes it an upload in parts.
        for millions in [millions(0), millions(6)] {
            shelf.files.put_stream("a", millions.chain(tiny()), 1 << 30).await.unwrap();
        }
        let kept = kept_max.load(Ordering::Relaxed);
        assert!(kept <= 6, "{kept} of 10000");
    });
}

#[test]
fn half_a_file_is_none() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        let error = files.put_stream("a", pieces(&["123", "456"]), 5).await.unwrap_err();
        assert!(matches!(error, FilesError::TooLarge { bytes_max: 5, .. }), "{error:?}");
        let error = files.put_stream("a", millions(20), 18_000_000).await.unwrap_err();
        assert!(matches!(error, FilesError::TooLarge { .. }), "{error:?}");
        for before in [0, 1, 17] {
            let broken = millions(before).chain(stream::iter([Piece::Err("reset".to_owned())]));
            let error = files.put_stream("a", broken, 1 << 30).await.unwrap_err();
            assert_eq!(error.to_string(), "the upload of a broke off: reset");
        }
        assert!(!files.exists("a").await.unwrap());
        cleared(shelf).await;
    });
}

#[test]
fn whoever_goes_away_leaves_nothing() {
    on_both(&async |shelf: &super::Shelf| {
        for before in [1, 12] {
            let (told, mut came) = tokio::sync::mpsc::unbounded_channel();
            let endless = millions(before).chain(stream::poll_fn(move |_cx| {
                let _ = told.send(());
                std::task::Poll::<Option<Piece>>::Pending
            }));
            let put = shelf.files.put_stream("a", endless, 1 << 30);
            tokio::select! {
                _ = put => panic!("it cannot end"),
                _ = came.recv() => {}
            }
        }
        cleared(shelf).await;
    });
}

#[test]
fn names_stay_below_the_store() {
    on_both(&async |shelf: &super::Shelf| {
        for name in
            ["", "../x", "a/../b", "/x", "a//b", "a\0b", ".", "a#1", "a\nb", &"x".repeat(1_025)]
        {
            let error = shelf.files.put_stream(name, pieces(&["x"]), 9).await.unwrap_err();
            assert!(matches!(error, FilesError::BadName { .. }), "{name:?}: {error:?}");
            let error = shelf.files.reader(name, 0).await.unwrap_err();
            assert!(matches!(error, FilesError::BadName { .. }), "{name:?}: {error:?}");
        }
    });
}

#[test]
fn a_thread_that_waits_can_read_from_any_byte_on() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        files.put_stream("big", millions(7), 1 << 30).await.unwrap();
        let whole = read(files, "big").await.unwrap();
        for from in [0, 1, 6_999_999, 7_000_000, 9_000_000] {
            let mut reader = files.reader("big", from).await.unwrap();
            let got = tokio::task::spawn_blocking(move || {
                let mut got = Vec::new();
                reader.read_to_end(&mut got).map(|_n| got)
            });
            let got = got.await.unwrap().unwrap();
            let from = usize::try_from(from).unwrap().min(whole.len());
            assert!(got == whole[from..], "from {from}: {} bytes", got.len());
        }
        let error = files.reader("none", 0).await.unwrap_err();
        assert!(matches!(error, FilesError::NotFound { .. }), "{error:?}");
    });
}

#[test]
fn lists_come_in_pages_by_name() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        for name in ["a/3", "a/10", "a/b/1", "a/2", "ab/1", "c"] {
            files.put_stream(name, pieces(&["12345"]), 9).await.unwrap();
        }
        let mut names = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = files.list("a", after.as_deref(), 3).await.unwrap();
            assert!(page.iter().all(|file| file.bytes == 5));
            names.extend(page.iter().map(|file| file.name.clone()));
            if page.len() < 3 {
                break;
            }
            after = names.last().cloned();
        }
        assert_eq!(names, ["a/10", "a/2", "a/3", "a/b/1"]);
        assert_eq!(files.list("none", None, 3).await.unwrap(), []);
        let all: Vec<Listed> = files.walk("a").unwrap().try_collect().await.unwrap();
        let mut walked: Vec<&str> = all.iter().map(|file| file.name.as_str()).collect();
        walked.sort_unstable();
        assert_eq!(walked, names);
        assert!(all.iter().all(|file| file.bytes == 5));
        assert_eq!(files.walk("none").unwrap().count().await, 0);
    });
}

#[test]
fn many_files_go_in_one_call() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        let names: Vec<String> = (0..50).map(|at| format!("a/{}/{at}", at % 7)).collect();
        for name in &names {
            files.put(name, Bytes::from_static(b"1")).await.unwrap();
        }
        files.put("a/other", Bytes::from_static(b"1")).await.unwrap();
        files.clear("a/3/17").await.unwrap();
        files.clear_all(names.clone()).await.unwrap();
        files.clear_all(names[..3].to_vec()).await.unwrap();
        files.clear_all(Vec::new()).await.unwrap();
        assert!(shelf.left().concat().ends_with("a/other"), "{:?}", shelf.left());
        let refused = files.clear_all(vec!["a/other".into(), "../b".into()]).await.unwrap_err();
        assert!(matches!(refused, FilesError::BadName { .. }), "{refused:?}");
    });
}

/// As a sweep does.
#[test]
fn files_may_go_while_they_are_walked() {
    on_both(&async |shelf: &super::Shelf| {
        let files = &shelf.files;
        for at in 0..200 {
            files.put(&format!("a/{at}/b"), Bytes::from_static(b"1")).await.unwrap();
        }
        let mut all = files.walk("a").unwrap();
        while let Some(file) = all.next().await {
            files.clear(&file.unwrap().name).await.unwrap();
        }
        assert_eq!(shelf.left(), [""; 0]);
    });
}

#[test]
fn a_probe_leaves_nothing() {
    on_both(&async |shelf: &super::Shelf| {
        shelf.files.probe().await.unwrap();
        assert_eq!(shelf.left(), [""; 0]);
    });
}
