use axum::response::Response;
use http_body_util::BodyExt as _;
use serde_json::Value;

/// What the server said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    json: Value,
}

impl Answer {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status: parts.status.as_u16(), text, json }
    }

    /// The body of an answer that has this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{}", self.text);
        &self.json
    }

    /// Fails unless it was refused with this status and code.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
    }

    /// One field of each item of a list.
    #[track_caller]
    pub(crate) fn column(&self, field: &str) -> Vec<String> {
        let items = self.is(200)["items"].as_array().unwrap();
        items.iter().map(|item| item[field].as_str().unwrap_or_default().to_owned()).collect()
    }
}
