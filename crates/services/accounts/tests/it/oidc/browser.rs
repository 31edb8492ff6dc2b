//! As much of a browser as a person needs to sign in: cookies, redirects and forms.

use std::collections::BTreeMap;

use captely_accounts::oidc::Callback;
use captely_providers::{Http, Reply};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, Request, Url};
use serde_json::{Map, Value};

use super::loopback::REDIRECT_BASE;

/// More steps than a sign-in has.
const STEPS_MAX: usize = 20;

pub(super) struct Browser {
    http: Http,
    cookies: BTreeMap<String, String>,
}

/// What a person does with the forms.
enum Will<'a> {
    SignInAs(&'a str),
    Cancel,
}

impl Browser {
    pub(super) fn new(http: Http) -> Self {
        Self { http, cookies: BTreeMap::new() }
    }

    /// Goes to `url`, fills in the forms as `login` and agrees, up to what would go to our server.
    pub(super) async fn sign_in(&mut self, url: &str, login: &str) -> Callback {
        self.go(url, &Will::SignInAs(login)).await
    }

    /// Says no at the first form.
    pub(super) async fn cancel(&mut self, url: &str) -> Callback {
        self.go(url, &Will::Cancel).await
    }

    async fn go(&mut self, url: &str, will: &Will<'_>) -> Callback {
        let mut at = Url::parse(url).unwrap();
        let mut page = self.get(&at).await;
        for _ in 0..STEPS_MAX {
            if let Some(next) = page.headers.get(LOCATION) {
                at = at.join(next.to_str().unwrap()).unwrap();
                if at.as_str().starts_with(REDIRECT_BASE) {
                    return callback(at.query_pairs().into_owned());
                }
                page = self.get(&at).await;
                continue;
            }
            let text = String::from_utf8(page.body.to_vec()).unwrap();
            assert_eq!(page.status, 200, "{at}: {text}");
            let inputs = inputs(&text);
            if text.contains("Submitting Callback") {
                assert!(text.contains(&format!("action=\"{REDIRECT_BASE}/")), "{text}");
                return callback(inputs.into_iter());
            }
            page = match will {
                Will::Cancel => {
                    at = at.join(&format!("{}/abort", at.path())).unwrap();
                    self.get(&at).await
                }
                Will::SignInAs(login) => {
                    let fields = inputs.iter().map(|(name, value)| format!("{name}={value}&"));
                    let login = login.replace('@', "%40");
                    let body = fields.collect::<String>() + "password=any&login=" + &login;
                    let sent = post(&self.http, at.as_str(), &self.cookie_line(), body).await;
                    self.keep_cookies(sent)
                }
            };
        }
        panic!("the sign-in does not end; the last page is {at}");
    }

    async fn get(&mut self, url: &Url) -> Reply {
        let mut request = Request::new(Method::GET, url.clone());
        request.headers_mut().insert(COOKIE, self.cookie_line().parse().unwrap());
        let reply = self.http.send(request).await.unwrap();
        self.keep_cookies(reply)
    }

    fn cookie_line(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&mut self, reply: Reply) -> Reply {
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}

pub(super) async fn post(http: &Http, url: &str, cookies: &str, body: String) -> Reply {
    let mut request = Request::new(Method::POST, Url::parse(url).unwrap());
    let form = "application/x-www-form-urlencoded".parse().unwrap();
    request.headers_mut().insert(CONTENT_TYPE, form);
    request.headers_mut().insert(COOKIE, cookies.parse().unwrap());
    *request.body_mut() = Some(body.into());
    http.send(request).await.unwrap()
}

/// Names and values of the hidden inputs of a page.
fn inputs(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        let (value, _) = rest.split_once('"')?;
        Some(value.replace("&quot;", "\"").replace("&amp;", "&"))
    };
    let tags = page.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    let hidden = tags.filter(|tag| tag.contains("type=\"hidden\""));
    hidden.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}

/// As the server would read it.
fn callback(pairs: impl Iterator<Item = (String, String)>) -> Callback {
    let fields: Map<String, Value> = pairs.map(|(k, v)| (k, Value::String(v))).collect();
    serde_json::from_value(Value::Object(fields)).unwrap()
}
