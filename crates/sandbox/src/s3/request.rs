use bytes::Bytes;
use hyper::{HeaderMap, Method, Uri};

/// A request, taken apart.
pub(super) struct Asked<'r> {
    pub(super) method: &'r Method,
    /// The path as it was sent, decoded.
    pub(super) path: String,
    /// The first part of it.
    pub(super) bucket: String,
    /// The rest; empty for the bucket itself.
    pub(super) key: String,
    query: Vec<(String, String)>,
    headers: &'r HeaderMap,
    pub(super) body: &'r Bytes,
}

impl<'r> Asked<'r> {
    pub(super) fn new(
        method: &'r Method,
        uri: &Uri,
        headers: &'r HeaderMap,
        body: &'r Bytes,
    ) -> Self {
        let path = decoded(uri.path());
        let inside = path.trim_start_matches('/');
        let (bucket, key) = inside.split_once('/').unwrap_or((inside, ""));
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let query = query.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Self { method, path, bucket, key, query, headers, body }
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn queries(&self) -> &[(String, String)] {
        &self.query
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.headers
    }
}

/// `%XX` as the byte that it stands for; what is no UTF-8 then is replaced.
fn decoded(path: &str) -> String {
    let mut bytes = path.bytes();
    let mut out = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        let ahead = bytes.clone().take(2).collect::<Vec<_>>();
        let hex = std::str::from_utf8(&ahead).ok().filter(|hex| hex.len() == 2);
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(meant) if byte == b'%' => {
                out.push(meant);
                bytes.nth(1);
            }
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_once() {
        assert_eq!(decoded("/b/a%20b%2Bc+d%25"), "/b/a b+c+d%");
        assert_eq!(decoded("/b/%zz%4"), "/b/%zz%4");
    }
}
