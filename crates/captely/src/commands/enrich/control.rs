use captely_imports::{Import, rows_page};
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;
use captely_providers::Http;
use serde_json::{Value, json};

use crate::exit::CliError;

/// People of a list that are invited into a sandbox by one call.
const GUESTS_PER_CALL: u32 = 1_000;

/// A sandbox's own interface: who it is and who lives there.
pub(super) struct Control {
    pub(super) http: Http,
    /// Such as `http://127.0.0.1:4000`.
    pub(super) address: String,
}

impl Control {
    /// Makes the people of a list known to a sandbox, so that there is something to find about them;
    /// those of its own lists are.
    pub(super) async fn invite(
        &self,
        db: &Db,
        workspace: WorkspaceId,
        import: &Import,
    ) -> Result<(), CliError> {
        let hash = blake3::Hash::from_slice(&import.content_hash);
        let hash = hash.map_err(|error| CliError::internal(error.to_string()))?;
        let known = self.get(&format!("/_sandbox/lists?blake3={hash}")).await?;
        if known.get("own").and_then(Value::as_bool) == Some(true) {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let mut tx = db.reader().await.map_err(|e| crate::commands::local::database(&e))?;
            let rows = rows_page(&mut tx, workspace, import.id, after, GUESTS_PER_CALL)
                .await
                .map_err(|e| crate::commands::local::database(&e))?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.number;
            let ids: Vec<_> = rows.iter().filter_map(|row| row.contact).collect();
            let contacts = captely_crm::load_contacts(&mut tx, workspace, &ids)
                .await
                .map_err(|e| crate::commands::local::database(&e))?;
            drop(tx);
            let guests: Vec<Value> = contacts
                .iter()
                .map(|contact| {
                    let person = &contact.person;
                    json!({
                        "first_name": person.first_name,
                        "last_name": person.last_name,
                        "company": person.company,
                        "domain": person.domain.as_ref().map_or("", |d| d.as_str()),
                        "title": person.title,
                        "country": person.country,
                    })
                })
                .collect();
            self.post("/_sandbox/people", &Value::from(guests)).await?;
        }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, CliError> {
        self.json(reqwest::Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, CliError> {
        self.json(reqwest::Method::POST, path, Some(body)).await
    }

    /// The body of a GET, as text.
    pub(super) async fn text(&self, path: &str) -> Result<String, CliError> {
        let body = self.call(reqwest::Method::GET, path, None).await?;
        String::from_utf8(body).map_err(|error| self.failed(&error.to_string()))
    }

    async fn json(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, CliError> {
        let body = self.call(method, path, body).await?;
        serde_json::from_slice(&body).map_err(|error| self.failed(&error.to_string()))
    }

    async fn call(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Vec<u8>, CliError> {
        let url = format!("{}{path}", self.address).parse().map_err(|_url| {
            CliError::usage(format!("{} is no address of a sandbox", self.address))
        })?;
        let mut request = reqwest::Request::new(method, url);
        if let Some(body) = body {
            let json = reqwest::header::HeaderValue::from_static("application/json");
            request.headers_mut().insert(reqwest::header::CONTENT_TYPE, json);
            *request.body_mut() = Some(body.to_string().into());
        }
        let reply =
            self.http.send(request).await.map_err(|error| self.failed(&error.to_string()))?;
        if reply.status != 200 {
            let text: String = String::from_utf8_lossy(&reply.body).chars().take(200).collect();
            return Err(self.failed(&format!("it answered {}: {text}", reply.status)));
        }
        Ok(reply.body.to_vec())
    }

    fn failed(&self, why: &str) -> CliError {
        CliError::nothing(format!("the sandbox at {}: {why}", self.address))
            .try_this("whether `captely sandbox` still runs there")
    }
}
