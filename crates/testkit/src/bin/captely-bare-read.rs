//! The bare read that `make bench` compares the server with: axum, sqlx and one SELECT of a person, with
//! nothing in front of it. Its pools and its allocator are those of the program.
//!
//! `captely-bare-read DATABASE_URL PERSON` prints where it listens, and serves until it is ended.

use std::error::Error;
use std::io::Write as _;
use std::net::Ipv4Addr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SELECT: &str = "SELECT id, name, superadmin, created_at FROM person WHERE id = $1";
/// As many as the program opens.
const READERS: u32 = 4;
const CONNECTIONS: u32 = 10;

type Row = (Uuid, String, i64, i64);

/// The pool, and who is read.
type Read<P> = State<(P, Uuid)>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(person)) = (arguments.next(), arguments.next()) else {
        return Err("usage: captely-bare-read DATABASE_URL PERSON".into());
    };
    let person: Uuid = person.parse()?;
    let router = if let Some(path) = url.strip_prefix("sqlite:") {
        let file = SqliteConnectOptions::new().filename(path).read_only(true);
        let pool = SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false);
        let pool = pool.connect_with(file).await?;
        Router::new().route("/", get(sqlite)).with_state((pool, person))
    } else {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false);
        let pool = pool.connect(&url).await?;
        Router::new().route("/", get(postgres)).with_state((pool, person))
    };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn sqlite(
    State((pool, person)): Read<SqlitePool>,
) -> Result<Json<serde_json::Value>, StatusCode> {
    answer(sqlx::query_as(SELECT).bind(person).fetch_one(&pool).await)
}

async fn postgres(
    State((pool, person)): Read<PgPool>,
) -> Result<Json<serde_json::Value>, StatusCode> {
    answer(sqlx::query_as(SELECT).bind(person).fetch_one(&pool).await)
}

fn answer(read: Result<Row, sqlx::Error>) -> Result<Json<serde_json::Value>, StatusCode> {
    let (id, name, superadmin, created_at) =
        read.map_err(|_why| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(serde_json::json!({
        "id": id, "name": name, "superadmin": superadmin == 1, "created_at": created_at,
    })))
}
