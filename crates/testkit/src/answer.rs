use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

/// Bytes of an answer at most; a test that makes more is told.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What a server under test said, read whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
    json: Value,
}

impl Answer {
    /// Reads an answer to its end. One that is no JSON has an empty value.
    pub async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, ANSWER_BYTES_MAX).await.expect("the answer comes whole");
        let text = String::from_utf8(bytes.to_vec()).expect("the answer is text");
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    /// The body of an answer that has this status; fails where it has another.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{}", self.text);
        &self.json
    }

    /// Fails unless it was refused with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        let said = (self.status, self.word("code"));
        assert_eq!(said, (status, Some(code)), "{}", self.text);
    }

    /// Fails unless it was refused with this status and code for this field, or for none.
    #[track_caller]
    pub fn refused_for(&self, status: u16, code: &str, field: Option<&str>) {
        let said = (self.status, self.word("code"), self.word("field"));
        assert_eq!(said, (status, Some(code), field), "{}", self.text);
    }

    /// One field of each item of a list.
    #[track_caller]
    pub fn column(&self, field: &str) -> Vec<String> {
        let items = self.is(200).get("items").and_then(Value::as_array);
        let items = items.expect("the answer is a list").iter();
        items
            .map(|item| item.get(field).and_then(Value::as_str).unwrap_or_default().to_owned())
            .collect()
    }

    fn word(&self, field: &str) -> Option<&str> {
        self.json.get(field).and_then(Value::as_str)
    }
}
