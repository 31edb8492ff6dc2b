/// A URL with its password replaced by `***`, in the authority (`//user:secret@host`) and in
/// `password` and `sslpassword` parameters.
pub fn without_password(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(b, q)| (b, Some(q)));
    let mut shown = match base.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((user, place)) => {
                let user =
                    user.split_once(':').map_or(user.to_owned(), |(n, _)| format!("{n}:***"));
                format!("{scheme}://{user}@{place}")
            }
            None => base.to_owned(),
        },
        None => base.to_owned(),
    };
    if let Some(query) = query {
        let hide = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if name.to_lowercase().contains("password") => format!("{name}=***"),
            _ => pair.to_owned(),
        };
        shown.push('?');
        shown.push_str(&query.split('&').map(hide).collect::<Vec<_>>().join("&"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls() {
        for (url, shown) in [
            ("postgres://ann:pw@db:5432/x", "postgres://ann:***@db:5432/x"),
            ("postgres://ann:p@w@db/x", "postgres://ann:***@db/x"),
            ("postgres://ann@db/x", "postgres://ann@db/x"),
            ("postgres://db/x?user=a&password=pw", "postgres://db/x?user=a&password=***"),
            ("sqlite:///tmp/x.db", "sqlite:///tmp/x.db"),
            ("plain/path.db", "plain/path.db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
