use bytes::Bytes;
use captely_platform::files::{Files, FilesError};
use futures::{StreamExt as _, TryStreamExt as _, stream};

type Piece = Result<Bytes, String>;

fn pieces(all: &[&'static str]) -> stream::Iter<std::vec::IntoIter<Piece>> {
    stream::iter(all.iter().map(|p| Ok(Bytes::from_static(p.as_bytes()))).collect::<Vec<_>>())
}

async fn read(files: &Files, name: &str) -> Result<Vec<u8>, FilesError> {
    let all: Vec<Bytes> = files.get_stream(name).await?.try_collect().await?;
    Ok(all.concat())
}

#[test]
fn a_file_comes_back_and_goes() {
    captely_testkit::run(async {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::local(&folder.path().join("files")).unwrap();
        let name = "imports/imp_1/leads.csv";
        assert!(!files.exists(name).await.unwrap());
        assert_eq!(
            files.put_stream(name, pieces(&["a,b\n", "1,2\n"]), 100).await.unwrap().bytes,
            8
        );
        assert_eq!(read(&files, name).await.unwrap(), b"a,b\n1,2\n");
        assert_eq!(files.put_stream(name, pieces(&["x"]), 100).await.unwrap().bytes, 1);
        assert_eq!(read(&files, name).await.unwrap(), b"x");
        assert!(files.delete(name).await.unwrap());
        assert!(!files.delete(name).await.unwrap());
        let error = read(&files, name).await.unwrap_err();
        assert!(matches!(error, FilesError::NotFound { .. }), "{error:?}");
    });
}

#[test]
fn a_large_file_goes_in_parts() {
    captely_testkit::run(async {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::local(folder.path()).unwrap();
        let piece = Bytes::from(vec![7_u8; 1_000_000]);
        let all = stream::iter((0..23).map(|_| Piece::Ok(piece.clone())));
        assert_eq!(files.put_stream("big", all, 1 << 30).await.unwrap().bytes, 23_000_000);
        let mut size = 0;
        let mut got = files.get_stream("big").await.unwrap();
        while let Some(piece) = got.next().await {
            size += piece.unwrap().len();
        }
        assert_eq!(size, 23_000_000);
    });
}

#[test]
fn half_a_file_is_none() {
    captely_testkit::run(async {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::local(folder.path()).unwrap();
        let error = files.put_stream("a", pieces(&["123", "456"]), 5).await.unwrap_err();
        assert!(matches!(error, FilesError::TooLarge { bytes_max: 5, .. }), "{error:?}");
        let broken = stream::iter([Ok(Bytes::from_static(b"1")), Err("reset".to_owned())]);
        let error = files.put_stream("a", broken, 50).await.unwrap_err();
        assert_eq!(error.to_string(), "the upload of a broke off: reset");
        assert!(!files.exists("a").await.unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    });
}

#[test]
fn names_stay_below_the_folder() {
    captely_testkit::run(async {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::local(folder.path()).unwrap();
        for name in ["", "../x", "a/../b", "/x", "a//b", "a\0b", "."] {
            let error = files.put_stream(name, pieces(&["x"]), 9).await.unwrap_err();
            assert!(matches!(error, FilesError::BadName { .. }), "{name:?}: {error:?}");
        }
    });
}
