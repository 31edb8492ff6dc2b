use std::time::Duration;

use captely_platform::files::{Files, FilesError, Link, LinkFault, Use};
use captely_platform::ids::WorkspaceId;

use super::{Shelf, on_both, pieces};

const MINUTE: Duration = Duration::from_mins(1);

const fn link(name: &str, ttl: Duration) -> Link<'_> {
    Link { workspace: WorkspaceId::LOCAL, name, ttl }
}

/// The name of a file that the links' workspace has.
fn own(name: &str) -> String {
    format!("imports/{}/{name}", WorkspaceId::LOCAL)
}

fn token(url: &str) -> &str {
    url.strip_prefix("http://captely.example/api/files/").unwrap()
}

#[test]
fn a_folders_links_say_all_and_end() {
    captely_testkit::run(async {
        let shelf = Shelf::folder();
        let files = &shelf.files;
        let open = |url: &str| files.open_link(token(url)).unwrap();
        let get =
            files.presigned_get(link(&own("a"), MINUTE), "../Über\r\nsicht.csv").await.unwrap();
        let put = files.presigned_put(link(&own("a"), Duration::from_hours(9)), 7).await.unwrap();
        let shared = open(&get).unwrap();
        assert_eq!(shared.name, own("a"));
        assert_eq!(shared.allows, Use::Get { download_name: "Übersicht.csv".to_owned() });
        assert_eq!(open(&put).unwrap().allows, Use::Put { bytes_max: 7 });
        for at in 0..token(&get).len() {
            let mut bytes = token(&get).to_owned().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(files.open_link(&changed), Some(Err(LinkFault::Wrong)), "{changed}");
        }
        assert_eq!(files.open_link(&"x".repeat(9_999)), Some(Err(LinkFault::Wrong)));
        shelf.clock.advance(Duration::from_secs(59));
        assert!(open(&get).is_ok());
        shelf.clock.advance(Duration::from_secs(1));
        assert_eq!(open(&get), Err(LinkFault::RunOut));
        // However long was asked for.
        shelf.clock.advance(Duration::from_mins(59));
        assert_eq!(open(&put), Err(LinkFault::RunOut));
        let plain = Files::local(shelf.folder.as_ref().unwrap().path()).unwrap();
        let refused = plain.presigned_get(link(&own("a"), MINUTE), "a").await.unwrap_err();
        assert!(matches!(refused, FilesError::NoLinks), "{refused:?}");
    });
}

#[test]
fn a_buckets_links_lead_there_and_end() {
    captely_testkit::run(async {
        let shelf = Shelf::bucket().await;
        let files = &shelf.files;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let get = async |url: &str| client.get(url).send().await.unwrap();
        let put = async |url: &str, body: &'static str| {
            client.put(url).body(body).send().await.unwrap().status().as_u16()
        };
        let name = &own("a b+c.csv");
        let in_url = files.presigned_put(link(name, MINUTE), 100).await.unwrap();
        assert_eq!(put(&in_url, "a,b\n").await, 200);
        assert_eq!(files.size(name).await.unwrap(), Some(4));
        let out = files.presigned_get(link(name, Duration::from_hours(9)), "Über 1.csv").await;
        let out = out.unwrap();
        assert!(out.contains("X-Amz-Expires=3600&"), "an hour at most: {out}");
        let answer = get(&out).await;
        assert_eq!(answer.status(), 200);
        let named = "attachment; filename=\"_ber 1.csv\"; filename*=UTF-8''%C3%9Cber%201.csv";
        assert_eq!(answer.headers()["content-disposition"], named);
        assert_eq!(answer.headers()["content-type"], "application/octet-stream");
        assert_eq!(answer.text().await.unwrap(), "a,b\n");
        // A link is for its file, its method and its time.
        assert_eq!(put(&out, "x").await, 403);
        assert_eq!(get(&in_url).await.status(), 403);
        assert_eq!(get(&out.replace("a%20b", "a%20c")).await.status(), 403);
        shelf.server().advance(Duration::from_secs(3_700));
        let late = get(&out).await;
        assert_eq!(late.status(), 403);
        assert!(late.text().await.unwrap().contains("Request has expired"));
        assert!(files.open_link("x").is_none());
        files.put_stream("b", pieces(&["x"]), 9).await.unwrap_err();
    });
}

#[test]
fn a_workspace_gets_links_to_its_own_files_alone() {
    on_both(&async |shelf: &Shelf| {
        let id = WorkspaceId::LOCAL.to_string();
        for name in ["a", &id, &format!("imports/{id}x/a"), &format!("imports/{id}")] {
            let get = shelf.files.presigned_get(link(name, MINUTE), "a").await.unwrap_err();
            let put = shelf.files.presigned_put(link(name, MINUTE), 1).await.unwrap_err();
            for error in [get, put] {
                assert!(matches!(error, FilesError::Foreign { .. }), "{name}: {error:?}");
            }
        }
    });
}
