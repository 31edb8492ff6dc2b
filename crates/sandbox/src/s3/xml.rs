//! As much of XML as the protocol needs.

pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
pub(super) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

pub(super) fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&apos;")
}

/// What stands in each element of this name, from the start on.
pub(super) fn elements<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let (mut rest, mut out) = (xml, Vec::new());
    while let Some((_, after)) = rest.split_once(&open) {
        let Some((inside, after)) = after.split_once(&close) else { break };
        out.push(inside);
        rest = after;
    }
    out
}

pub(super) fn unescaped(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_in_order() {
        let xml = "<A><Part><N>1</N></Part><Part><N>2</N></Part><Part>";
        assert_eq!(elements(xml, "Part"), ["<N>1</N>", "<N>2</N>"]);
        assert_eq!(unescaped(&escaped("a<&\"'>b")), "a<&\"'>b");
    }
}
