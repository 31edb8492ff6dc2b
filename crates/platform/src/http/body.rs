use std::fmt::Write as _;

use axum::body::{Bytes, HttpBody as _};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Http, Problem, codes};

/// What a refusal repeats of what it refuses, in characters; serde quotes unknown fields whole.
const DETAIL_CHARS_MAX: usize = 300;
/// The same of a field's name.
const FIELD_CHARS_MAX: usize = 200;

/// The JSON body of a request. Refused with the field at fault: what is no JSON, of another type, unknown,
/// too long, or holds a NUL character, which PostgreSQL cannot keep.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = collect(request, &Http::from_ref(state)).await?;
        Ok(Self(parse(&bytes)?))
    }
}

/// The bytes of a JSON body, in time and within the limit.
pub(super) async fn collect(request: Request, http: &Http) -> Result<Bytes, Problem> {
    check_type(request.headers())?;
    let most = http.options.body_bytes_max;
    let too_large = || Problem::new(&codes::TOO_LARGE, format!("The body is over {most} bytes."));
    // What is announced need not be waited for.
    if usize::try_from(request.body().size_hint().lower()).map_or(true, |size| size > most) {
        return Err(too_large());
    }
    let limited = Limited::new(request.into_body(), most);
    let collected = tokio::time::timeout(http.options.body_time_max, limited.collect()).await;
    let seconds = http.options.body_time_max.as_secs();
    let late = |_elapsed| {
        Problem::new(&codes::SLOW, format!("The body did not arrive within {seconds} s."))
    };
    let body = collected.map_err(late)?.map_err(|why| {
        if why.downcast_ref::<LengthLimitError>().is_some() {
            too_large()
        } else {
            Problem::new(&codes::MALFORMED, "The body ends before its end.")
                .because(why.to_string())
        }
    })?;
    Ok(body.to_bytes())
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = given.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let mut detail = "The body must be JSON with Content-Type: application/json".to_owned();
    // Writing to a String cannot fail.
    let _ = match kind {
        "" => write!(detail, "; it has no type."),
        _ => write!(detail, ", not {:?}.", kind.chars().take(60).collect::<String>()),
    };
    Err(Problem::new(&codes::MEDIA_TYPE, detail))
}

/// JSON in a field of a form, refused with the field at fault as that of a body is.
pub fn parse_json<T: DeserializeOwned>(text: &str, field: &str) -> Result<T, Problem> {
    parse(text.as_bytes()).map_err(|problem| problem.at(field))
}

/// `bytes` as `T`, or which field is at fault.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.is_empty() {
        return Err(Problem::new(&codes::MALFORMED, "The body is empty; JSON is expected."));
    }
    if std::str::from_utf8(bytes).is_err() {
        return Err(Problem::new(&codes::MALFORMED, "The body is not UTF-8."));
    }
    refuse_nul(bytes)?;
    // serde takes an array for a struct, its values in the order of the fields; nobody means that.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::new(&codes::INVALID, "The body must be a JSON object, not an array."));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|why| {
        let path = why.path().to_string();
        refusal(&path, why.inner())
    })?;
    reader.end().map_err(|why| refusal(".", &why))?;
    Ok(value)
}

fn refusal(path: &str, why: &serde_json::Error) -> Problem {
    use serde_json::error::Category as C;
    let (line, column) = (why.line(), why.column());
    match why.classify() {
        C::Data => {
            let said = why.to_string();
            // The place is told by the field; serde's line and column help nobody there.
            let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
            let said = said.chars().take(DETAIL_CHARS_MAX).collect::<String>();
            let path = path.chars().take(FIELD_CHARS_MAX).collect::<String>();
            match (field_of(&said), path.as_str()) {
                (Some(name), ".") => Problem::invalid(name.to_owned(), refused(&said)),
                (Some(name), path) => Problem::invalid(format!("{path}.{name}"), refused(&said)),
                (None, ".") => Problem::new(&codes::INVALID, refused(&said)),
                (None, path) => Problem::invalid(path, format!("{path} {}.", as_predicate(&said))),
            }
        }
        C::Syntax | C::Eof | C::Io => Problem::new(
            &codes::MALFORMED,
            format!("The body is no JSON: it breaks off at line {line}, column {column}."),
        ),
    }
}

/// `x` of "missing field `x`", where serde's path is that of what should have it. Of an unknown field
/// the path is its own already.
pub(super) fn field_of(said: &str) -> Option<&str> {
    let starts = ["missing field `", "duplicate field `"];
    let rest = starts.iter().find_map(|start| said.strip_prefix(start))?;
    rest.split('`').next()
}

fn refused(said: &str) -> String {
    format!("The body is refused: {said}.")
}

/// Our own types say "must be …"; serde says "invalid type: …".
fn as_predicate(said: &str) -> String {
    if said.starts_with("must ") || said.starts_with("is ") {
        said.to_owned()
    } else {
        format!("is refused: {said}")
    }
}

/// A NUL in some text is found only by its escape: bare, it is no JSON.
fn refuse_nul(bytes: &[u8]) -> Result<(), Problem> {
    if !bytes.windows(6).any(|six| six == b"\\u0000") {
        return Ok(());
    }
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    match nul_in(&value, &mut String::new()) {
        Some(path) => Err(Problem::invalid(path, "A text here has a NUL character; leave it out.")),
        None => Ok(()),
    }
}

/// The path of the first text with a NUL. serde_json nests no deeper than 128.
fn nul_in(value: &Value, path: &mut String) -> Option<String> {
    let length = path.len();
    match value {
        Value::String(text) => text.contains('\0').then(|| path.clone()),
        Value::Array(items) => items.iter().enumerate().find_map(|(n, item)| {
            // Writing to a String cannot fail.
            let _ = write!(path, "[{n}]");
            let found = nul_in(item, path);
            path.truncate(length);
            found
        }),
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            let dot = if path.is_empty() { "" } else { "." };
            let _ = write!(path, "{dot}{}", name.escape_debug());
            let found = if name.contains('\0') { Some(path.clone()) } else { nul_in(item, path) };
            path.truncate(length);
            found
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::http::Text;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        #[expect(dead_code, reason = "read by serde alone")]
        name: Text<1, 5>,
        #[serde(default)]
        #[expect(dead_code, reason = "read by serde alone")]
        leads: Vec<Lead>,
    }

    #[derive(Debug, Deserialize)]
    struct Lead {
        #[expect(dead_code, reason = "read by serde alone")]
        company: String,
    }

    #[track_caller]
    fn check(body: &str, status: u16, field: &str, words: &str) {
        let said = format!("{:?}", parse::<Input>(body.as_bytes()).unwrap_err());
        for part in [format!("status: {status}"), field.to_owned(), words.to_owned()] {
            assert!(said.contains(&part), "{part:?} is not in {said}");
        }
    }

    #[test]
    fn the_field_at_fault_is_named() {
        check("", 400, "", "empty");
        check("{", 400, "", "line 1");
        check(r#"{"name":"a"} x"#, 400, "", "no JSON");
        check(r#"{"name":7}"#, 422, "\"name\"", "invalid type");
        check(r#"{"name":"abcdef"}"#, 422, "\"name\"", "1 to 5 characters");
        check(r#"{"name":"a","role":"owner"}"#, 422, "\"role\"", "unknown field");
        check("{}", 422, "\"name\"", "missing field");
        check(
            r#"{"name":"a","leads":[{"company":"x"},{"company":1}]}"#,
            422,
            "leads[1].company",
            "",
        );
        check(r#"{"name":"a","leads":[{"company":"x\u0000"}]}"#, 422, "leads[0].company", "NUL");
        check("[]", 422, "", "object");
        check(r#" ["a", []]"#, 422, "", "object");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(parse::<Input>(b"{\"name\":\"\xff\"}").is_err());
    }
}
