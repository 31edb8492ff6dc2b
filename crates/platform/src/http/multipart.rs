//! A form with a file: `multipart/form-data` (RFC 7578).

mod calm;
mod kept;

use std::collections::BTreeMap;
use std::fmt;

use axum::body::HttpBody as _;
use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use axum::http::header;
use bytes::BytesMut;
use futures::stream;

use super::pieces::{PieceFault, pieces};
use super::{Http, Problem, RequestContext, codes};
use crate::files::{Files, Written, tame_file_name};
use calm::{Calm, Meter};
use kept::Kept;

/// The name of the part that is the file.
const FILE: &str = "file";
/// Fields beside the file at most.
const FIELDS_MAX: usize = 32;
/// The longest name of one, in bytes.
const FIELD_NAME_BYTES_MAX: usize = 128;
/// The longest value of one, in bytes.
const FIELD_BYTES_MAX: usize = 64 * 1024;
/// What a form may have beside its file, in bytes: its fields, headers and boundaries.
const FORM_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A form with one file, in the part `file`, and small texts beside it. It may take long: only each piece
/// must come in time.
pub struct Multipart {
    form: multer::Multipart<'static>,
    meter: Meter,
    announced: u64,
}

/// A form that has come, its file kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What the client calls the file, tamed.
    pub file_name: String,
    /// The file.
    pub file: Written,
    /// The other fields, by name.
    pub fields: BTreeMap<String, String>,
}

impl<S> FromRequest<S> for Multipart
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let http = Http::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let context = RequestContext::from_request_parts(&mut parts, state).await?;
        let given = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = multer::parse_boundary(given.unwrap_or_default()).map_err(|_why| {
            Problem::new(
                &codes::MEDIA_TYPE,
                "The body must be a form with Content-Type: multipart/form-data; boundary=…, and the \
                 file in its part `file`.",
            )
        })?;
        let announced = body.size_hint().lower();
        let (calm, meter) = Calm::new(pieces(body, context, http.options.body_time_max));
        Ok(Self { form: multer::Multipart::new(calm, boundary), meter, announced })
    }
}

impl Multipart {
    /// Takes the form, and keeps its file under `name`, which nobody else may write. Where anything is wrong with it, or the caller is
    /// dropped, nothing is kept.
    pub async fn receive(
        mut self,
        files: &Files,
        name: &str,
        bytes_max: u64,
    ) -> Result<Form, Problem> {
        // What is announced need not be waited for.
        if self.announced > bytes_max.saturating_add(FORM_BYTES_MAX) {
            let said = format!("The form is over {bytes_max} bytes.");
            return Err(Problem::new(&codes::TOO_LARGE, said));
        }
        let mut fields = BTreeMap::new();
        let mut taken: Option<(String, Kept<'_>, Written)> = None;
        while let Some(part) = self.form.next_field().await.map_err(broken)? {
            self.meter.reset();
            let field = part.name().unwrap_or_default().to_owned();
            if field.len() > FIELD_NAME_BYTES_MAX {
                let said = format!("A part's name is over {FIELD_NAME_BYTES_MAX} bytes.");
                return Err(Problem::new(&codes::TOO_LARGE, said));
            }
            match part.file_name().map(tame_file_name) {
                _ if field.is_empty() => {
                    return Err(Problem::new(&codes::MALFORMED, "A part of the form has no name."));
                }
                _ if field == FILE && taken.is_some() => {
                    return Err(Problem::invalid(FILE, "There are two files; send one at a time."));
                }
                file_name if field == FILE => {
                    let kept = Kept::new(files, name);
                    let file = self.keep(part, files, name, bytes_max).await?;
                    taken = Some((file_name.unwrap_or_else(|| tame_file_name("")), kept, file));
                }
                Some(_) => {
                    let said = format!("A file is in the part {field:?}; it must be in `file`.");
                    return Err(Problem::invalid(FILE, said));
                }
                None => {
                    let text = self.text(part, &field).await?;
                    if fields.len() >= FIELDS_MAX {
                        let said = format!("The form has over {FIELDS_MAX} fields.");
                        return Err(Problem::new(&codes::TOO_LARGE, said));
                    }
                    if fields.insert(field.clone(), text).is_some() {
                        let said = format!("{field} stands in the form twice.");
                        return Err(Problem::invalid(field, said));
                    }
                }
            }
        }
        let missing =
            || Problem::invalid(FILE, "The form has no file; put it into the part `file`.");
        let (file_name, kept, file) = taken.ok_or_else(missing)?;
        kept.stays();
        Ok(Form { file_name, file, fields })
    }

    async fn keep(
        &self,
        part: multer::Field<'static>,
        files: &Files,
        name: &str,
        bytes_max: u64,
    ) -> Result<Written, Problem> {
        let chunks = stream::try_unfold(part, |mut part| async move {
            let chunk = part.chunk().await.map_err(fault)?;
            self.meter.reset();
            Ok::<_, PieceFault>(chunk.map(|chunk| (chunk, part)))
        });
        Ok(files.put_new(name, std::pin::pin!(chunks), bytes_max).await?)
    }

    async fn text(&self, mut part: multer::Field<'static>, field: &str) -> Result<String, Problem> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            self.meter.reset();
            bytes.extend_from_slice(&chunk);
            if bytes.len() > FIELD_BYTES_MAX {
                let said = format!("{field} is over {FIELD_BYTES_MAX} bytes.");
                return Err(Problem::new(&codes::TOO_LARGE, said).at(field));
            }
        }
        let text = String::from_utf8(bytes.to_vec())
            .map_err(|_why| Problem::invalid(field, format!("{field} is not UTF-8.")))?;
        if text.contains('\0') {
            let said = format!("{field} has a NUL character; leave it out.");
            return Err(Problem::invalid(field, said));
        }
        Ok(text)
    }
}

/// Why the form comes no further.
fn fault(why: multer::Error) -> PieceFault {
    match why {
        multer::Error::StreamReadFailed(source) => match source.downcast::<PieceFault>() {
            Ok(fault) => *fault,
            Err(other) => PieceFault::Cut(other.to_string()),
        },
        other => PieceFault::Cut(other.to_string()),
    }
}

fn broken(why: multer::Error) -> Problem {
    fault(why).into()
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Multipart({} bytes announced)", self.announced)
    }
}
