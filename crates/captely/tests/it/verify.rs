use crate::job::Job;
use crate::program::Room;

#[test]
fn single_addresses_and_numbers_offline() {
    let room = Room::new();
    let words =
        ["verify", "Ada@Example.com", "nobody@", "+44 20 7946 0018", "--level", "syntax", "--json"];
    let ran = room.run(&words);
    ran.expect(0);
    let json = ran.json();
    let results = json["results"].as_array().expect("a list");
    let of = |index: usize, name: &str| results[index][name].as_str().unwrap_or("").to_owned();
    assert_eq!(of(0, "input"), "Ada@Example.com");
    assert_eq!(of(0, "level"), "syntax");
    assert_eq!((of(1, "status"), of(1, "safe")), ("invalid".into(), "invalid".into()));
    assert_eq!((of(2, "kind"), of(2, "status")), ("phone".into(), "valid".into()));
    let table = room.run(&["verify", "nobody@", "--level", "syntax"]);
    table.expect(0);
    assert!(table.out.contains("nobody@") && table.out.contains("invalid"), "{}", table.out);
}

#[test]
fn the_level_comes_from_the_settings_too() {
    let room = Room::with(&[("captely.toml", "[verify]\nlevel = 'syntax'\n")]);
    let ran = room.run(&["verify", "a@gmail.com", "--json"]);
    assert_eq!(ran.json()["results"][0]["level"], "syntax");
    room.run(&["verify", "a@gmail.com", "--level", "deep"]).expect(2).says("deep");
}

#[test]
fn own_lists_and_counts_are_files_of_the_settings() {
    let room =
        Room::with(&[("block.txt", "# never\nrival.com\n"), ("allow.txt", "info@acme.com\n")]);
    let words = ["verify", "ada@rival.com", "info@acme.com", "--level", "syntax", "--json"];
    let lists =
        ["--set", "verify.own_block_list=block.txt", "--set", "verify.own_allow_list=allow.txt"];
    let json = room.run(&[&words[..], &lists[..]].concat()).json();
    assert_eq!(json["results"][0]["safe"], "invalid", "{json}");
    let reason = json["results"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("own list"), "{reason}");
    room.write("block.txt", "rival.com\nno domain\n");
    room.run(&[&words[..], &lists[..]].concat()).expect(2).says("line 2 of the block list");
    room.write("counts.txt", "syntax_ok words 1 2 3\n");
    let counts = ["--set", "verify.calibration_file=counts.txt"];
    room.run(&[&words[..], &counts[..]].concat()).expect(2).says("counts.txt: line 1");
    room.write("counts.txt", "syntax_ok word 900 1000\n");
    let json = room.run(&[&words[..], &counts[..]].concat()).json();
    assert_eq!(json["results"][0]["probability"], 0.9, "{json}");
}

#[test]
fn an_offline_machine_makes_no_address_invalid() {
    let offline =
        [("CAPTELY_VERIFY_DNS_SERVERS", "127.0.0.1:1"), ("CAPTELY_VERIFY_DNS_TIMEOUT_MS", "500")];
    let ran = Room::new().run_with(&["verify", "a@gmail.com", "--json"], &offline);
    ran.expect(0);
    assert_eq!(ran.json()["results"][0]["status"], "unknown");
}

#[test]
fn what_is_nothing_is_told() {
    let room = Room::new();
    room.run(&["verify"]).expect(2);
    room.run(&["verify", "leads"]).expect(3).says("neither an e-mail address");
}

const LIST: &str = "Name,Email,Phone,Country,Status\r\n\
                    Ada,ada@example.com,,,kept\r\n\
                    Bob,bob@,,,\r\n\
                    Cy,,020 7946 0018,GB,\r\n\
                    Di,,,,\r\n";

pub(crate) fn columns(csv: &str, name: &str) -> Vec<String> {
    let mut lines = csv.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let at =
        header.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name} in {header:?}"));
    lines.map(|cells| cells[at].clone()).collect()
}

#[test]
fn a_file_row_by_row_in_order_beside_its_columns() {
    let room = Room::with(&[("leads.csv", LIST)]);
    let ran = room.run(&["verify", "leads.csv", "--level", "syntax"]);
    ran.expect(0);
    assert!(ran.out.contains("4 rows checked"), "{}", ran.out);
    let csv = std::fs::read_to_string(room.path().join("leads-verified.csv")).expect("written");
    let header = csv.lines().next().expect("a header");
    assert_eq!(
        header,
        "Name,Email,Phone,Country,Status,input,kind,status (2),safe,catch_all,probability,score,level,\
         reason,suggestion,checked_at"
    );
    assert_eq!(columns(&csv, "Name"), ["Ada", "Bob", "Cy", "Di"]);
    assert_eq!(columns(&csv, "Status"), ["kept", "", "", ""]);
    assert_eq!(columns(&csv, "input"), ["ada@example.com", "bob@", "020 7946 0018", ""]);
    assert_eq!(columns(&csv, "kind"), ["email", "email", "phone", ""]);
    assert_eq!(columns(&csv, "safe")[1..], ["invalid", "safe", ""]);
    let probability = columns(&csv, "probability");
    assert!(probability[0].parse::<f64>().is_ok_and(|p| p > 0.0 && p < 1.0), "{probability:?}");
    assert_eq!(probability[1..], ["0.00", "", ""]);
    // At this level nothing is remembered: there is no data directory.
    let left: Vec<_> = std::fs::read_dir(room.path()).expect("listed").flatten().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_plain_list_and_other_formats() {
    let room = Room::with(&[("list.txt", "a@gmail.com\nb@gmail.com\nc@gmail.com\n")]);
    let words = ["verify", "list.txt", "-o", "out.jsonl", "--level", "syntax", "--json"];
    let ran = room.run(&words);
    ran.expect(0);
    assert_eq!(ran.json()["files"][0]["rows"], 3);
    let text = std::fs::read_to_string(room.path().join("out.jsonl")).expect("written");
    let rows: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["input"], "a@gmail.com");
    assert!(rows[0]["score"].is_i64(), "{}", rows[0]);
    let ran = room.run(&["verify", "a@gmail.com", "-o", "one.csv", "--level", "syntax"]);
    ran.expect(0);
    let csv = std::fs::read_to_string(room.path().join("one.csv")).expect("written");
    assert_eq!(csv.lines().count(), 2);
}

#[test]
fn bad_files_are_told_and_leave_nothing() {
    let many = [
        ("empty.csv", "", "the file is empty"),
        ("names.csv", "Name,Town\nAda,Bonn\n", "no column holds e-mail addresses"),
        ("head.csv", "Email\n", "no row follows"),
        ("book.xlsx", "PK\u{3}\u{4}broken", "book.xlsx"),
    ];
    for (name, text, says) in many {
        let room = Room::with(&[(name, text)]);
        room.run(&["verify", name, "--level", "syntax"]).expect(3).says(says);
        let left = std::fs::read_dir(room.path()).expect("listed").count();
        assert_eq!(left, 1, "{name}");
    }
    let room = Room::with(&[("leads.csv", LIST)]);
    room.run(&["verify", "absent.csv"]).expect(3).says("there is no such file");
    room.run(&["verify", "leads.csv", "-o", "leads.csv"]).expect(2).says("replace the input");
    room.run(&["verify", "leads.csv", "-o", "no/out.csv"]).expect(4).says("no such folder");
    room.run(&["verify", "leads.csv", "-o", "out.pdf"]).expect(2).says("out.pdf");
    room.run(&["verify", "leads.csv", "a@x.com", "-o", "out.csv"]).expect(2).says("one output");
}

#[test]
fn rows_that_cannot_be_read_are_listed_and_the_rest_is_done() {
    let long = "x".repeat(2 << 20);
    let list = format!("Email,Note\na@gmail.com,1\nb@gmail.com,{long}\nc@gmail.com,3\n");
    let room = Room::with(&[("leads.csv", &list)]);
    let ran = room.run(&["verify", "leads.csv", "--level", "syntax"]);
    ran.expect(0).says("line 3").says("1 rows could not be read");
    let csv = std::fs::read_to_string(room.path().join("leads-verified.csv")).expect("written");
    // One row for each row: the one that cannot be read says so in its place.
    assert_eq!(columns(&csv, "input"), ["a@gmail.com", "", "c@gmail.com"]);
    let second = csv.lines().nth(2).expect("a second row");
    assert!(second.contains("The row could not be read: leads.csv, line 3"), "{second}");
}

#[test]
fn ctrl_c_leaves_nothing_half_written() {
    use std::time::Duration;
    // A name server that never answers keeps the check busy.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let server = silent.local_addr().expect("an address").to_string();
    let room = Room::with(&[("leads.csv", "Email\na@silent-domain.com\n")]);
    let mut command = room.command(&["verify", "leads.csv", "--level", "mx"]);
    command.env("CAPTELY_VERIFY_DNS_SERVERS", server);
    command.env("CAPTELY_VERIFY_DNS_TIMEOUT_MS", "60000");
    let job = Job::of(&room, command);
    let mut buffer = [0_u8; 512];
    silent.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
    silent.recv_from(&mut buffer).expect("the program asks its name server");
    job.signal(captely_testkit::Signal::INT);
    job.end().expect(130).says("stopped after 0 addresses").says("  try: ");
    assert_eq!(room.files(), ["leads.csv"]);
}
