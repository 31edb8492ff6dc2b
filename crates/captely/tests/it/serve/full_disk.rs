//! The disk of the embedded database is full, and has room again.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Client, PATIENCE};
use crate::program::Room;
use crate::serving::{Serving, UNLIMITED};

/// A disk of its own for the folder `data`, seen by the program alone (mount_namespaces(7)).
const MOUNT: &str = "mkdir -p data && mount -t tmpfs -o size=16m captely-test data";

#[test]
fn a_full_disk_is_told_and_nothing_is_half_written() {
    let room = Room::new();
    let mut can = Command::new("unshare");
    can.args(["-rm", "sh", "-c", MOUNT]).current_dir(room.path());
    if !can.output().is_ok_and(|ran| ran.status.success()) {
        println!("skipped: unshare(1) may not make a mount namespace on this machine");
        return;
    }
    let server = Serving::of(on_a_disk_of_its_own(&room), &room);
    let client = server.client();
    let ada = client.bearing(&client.set_up("ada@example.com").access);
    create(&ada, "Before").expect(201);

    // Through /proc, since nobody but the program sees its disk.
    let ballast = data_of(&server).join("ballast");
    fill(&ballast);
    let mut made = 2;
    let full = loop {
        let answer = create(&ada, "While it fills");
        if answer.status != 201 {
            break answer;
        }
        // The last pages that the files had already.
        made += 1;
        fill(&ballast);
    };
    full.refused(507, "disk_full");
    create(&ada, "On a full disk").refused(507, "disk_full");
    client.get("/api/setup").expect(200);
    assert_eq!(count(&ada), made);

    std::fs::remove_file(&ballast).expect("removed");
    let until = Instant::now() + PATIENCE;
    while create(&ada, "Room again").status != 201 {
        assert!(Instant::now() < until, "it does not recover");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(count(&ada), made + 1);
    client.login("ada@example.com");
    server.stop();
}

fn on_a_disk_of_its_own(room: &Room) -> Command {
    let program = Serving::command(
        room,
        &[&["serve", "--listen", "127.0.0.1:0"], &UNLIMITED[..]].concat(),
        &[],
    );
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &format!("{MOUNT} && exec \"$@\""), "sh"]);
    command.arg(program.get_program()).args(program.get_args());
    command.current_dir(room.path()).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

fn data_of(server: &Serving) -> PathBuf {
    Path::new("/proc").join(server.id().to_string()).join("cwd/data")
}

/// Takes all the room that is left.
fn fill(ballast: &Path) {
    let mut file = File::options().create(true).append(true).open(ballast).expect("a file");
    for size in [1 << 20, 4_096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

fn create(client: &Client, name: &str) -> crate::http::Answer {
    client.post("/api/workspaces", &json!({"name": name}))
}

fn count(client: &Client) -> usize {
    let all = client.get("/api/workspaces").expect(200).json();
    all["items"].as_array().expect("items").len()
}
