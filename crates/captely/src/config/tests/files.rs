use captely_platform::files::S3Config;
use tempfile::TempDir;

use super::{faults, load_in};
use crate::config::{FilesSettings, Loaded};

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "s+/1")];

fn load(dir: &TempDir, text: &str, variables: &[(&str, &str)]) -> Loaded {
    load_in(dir.path(), &[("captely.toml", text)], variables)
}

#[track_caller]
fn bucket(text: &str, variables: &[(&str, &str)]) -> S3Config {
    let dir = TempDir::new().unwrap();
    let loaded = load(&dir, text, &[&KEYS, variables].concat());
    faults(&loaded, &[]);
    match &loaded.settings().unwrap().files {
        FilesSettings::Bucket(bucket) => bucket.clone(),
        folder @ FilesSettings::Folder(_) => panic!("{folder:?}"),
    }
}

#[test]
fn files_are_in_the_data_folder_unless_there_is_a_bucket() {
    let dir = TempDir::new().unwrap();
    let folder = |text: &str, variables: &[(&str, &str)]| {
        let loaded = load(&dir, text, variables);
        faults(&loaded, &[]);
        match &loaded.settings().unwrap().files {
            FilesSettings::Folder(folder) => folder.clone(),
            FilesSettings::Bucket(bucket) => panic!("{bucket:?}"),
        }
    };
    let data = "[data]\ndir = '/data'\n";
    assert_eq!(folder(data, &[]).to_str(), Some("/data/files"));
    // Keys may be there for other things.
    assert_eq!(folder(data, &KEYS).to_str(), Some("/data/files"));
    assert_eq!(folder("[files]\ndir = '/else'", &[]).to_str(), Some("/else"));
}

#[test]
fn a_bucket_is_set_up_by_the_usual_variables() {
    let raw = ("S3_BUCKET_RAW", "captely-raw-files");
    let amazon = bucket("", &[raw, ("AWS_DEFAULT_REGION", "eu-central-1")]);
    assert_eq!((amazon.region.as_str(), amazon.endpoint.as_deref()), ("eu-central-1", None));
    assert_eq!((amazon.path_style, amazon.key_id.as_str()), (false, "AKID"));
    assert_eq!(amazon.secret.expose(), "s+/1");
    assert_eq!(bucket("", &[raw]).region, "us-east-1");
    assert!(bucket("", &[("S3_BUCKET_RAW", "raw.example.com")]).path_style);
    let minio = bucket("[files]\ns3_endpoint = 'http://10.0.0.7:9000'", &[raw]);
    assert!(minio.path_style);
    let host = "[files]\ns3_endpoint = 'https://s3.example.com'\ns3_path_style = false";
    assert!(!bucket(host, &[raw]).path_style);
}

#[test]
fn what_is_missing_or_odd_is_named() {
    let dir = TempDir::new().unwrap();
    let check = |text: &str, variables: &[(&str, &str)], said: &[&str]| {
        let loaded = load(&dir, text, variables);
        let told = loaded.faults.iter().map(|fault| format!("{} {}", fault.key, fault.why));
        let told: Vec<String> = told.collect();
        assert_eq!(told.len(), said.len(), "{told:?}");
        for word in said {
            assert!(told.iter().any(|fault| fault.contains(word)), "{word:?} is not in {told:?}");
        }
    };
    let raw = ("S3_BUCKET_RAW", "captely-raw-files");
    let both = ["files.s3_key_id is not set", "files.s3_secret is not set"];
    check("", &[raw], &both);
    check("", &[raw, KEYS[0]], &["set AWS_SECRET_ACCESS_KEY"]);
    for name in ["Raw", "ab", "-raw", "raw_files", "https://raw"] {
        check("", &[&KEYS[..], &[("S3_BUCKET_RAW", name)]].concat(), &["files.s3_bucket is"]);
    }
    let odd = "[files]\ns3_endpoint = 's3.example.com'\ns3_region = 'EU West'";
    check(odd, &[], &["files.s3_endpoint is no address", "files.s3_region is"]);
    check(
        "[imports]\nupload_bytes_max = 0\nraw_file_days = 0",
        &[],
        &["upload_bytes_max", "raw_file_days"],
    );
    let loaded = load(&dir, "", &[&KEYS[..], &[raw]].concat());
    assert!(!format!("{loaded:?}").contains("s+/1"), "the secret is shown");
}
