//! Twilio Lookup v2, `https://lookups.twilio.com`: one number looked up in one call.

mod number;

use captely_contact::{Credits, E164, Field, Usd};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use serde_json::Value;

use crate::endpoint::{Credential, Endpoint};
use crate::{
    Checked, CheckedPhone, Checker, CheckerSettings, CheckerSheet, Http, PhoneChecker,
    ProviderError, Reply, SetupError, json,
};

const BASE: &str = "https://lookups.twilio.com";

/// "The requested resource was not found": of a look-up, that the text is no number at all.
const NO_NUMBER: i64 = 20_404;

/// Codes of packages that this account may not have or that were misspelt.
const PACKAGE_CODES: std::ops::RangeInclusive<i64> = 60_600..=60_699;

/// A number that nobody has (of those that the North American plan keeps for fiction), to try the key.
const TRIAL_NUMBER: &str = "12025550100";

/// Client of Twilio's look-up of line type and, if the settings say so, line status.
pub struct TwilioLookup {
    sheet: CheckerSheet,
    endpoint: Endpoint,
    /// The `Fields` of the query.
    fields: &'static str,
}

impl TwilioLookup {
    /// No I/O.
    pub fn new(http: Http, settings: &CheckerSettings) -> Result<Self, SetupError> {
        let sheet = settings.applied_to(Self::SHEET);
        let endpoint = Endpoint::new(http, &settings.account(&sheet), BASE, Credential::Basic)?;
        let fields = if settings.line_status {
            "Fields=line_type_intelligence,line_status"
        } else {
            "Fields=line_type_intelligence"
        };
        Ok(Self { sheet, endpoint, fields })
    }

    /// What a package of a number costs, in credits.
    pub(crate) const PACKAGE: Credits = Credits::whole(1);

    /// The sheet with our defaults. Twilio charges money: a credit here is one package (line type, line
    /// status) of one number. The price is the contract's for line types, and assumed for line status.
    pub(crate) const SHEET: CheckerSheet = CheckerSheet {
        name: "twilio-lookup",
        title: "Twilio Lookup",
        service: "twilio",
        docs: "https://www.twilio.com/docs/lookup/v2-api",
        key_variables: &["TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"],
        checks: Field::Phone,
        credits_max: Self::PACKAGE,
        usd_per_credit: Usd::micros(8_000),
        calls_per_minute: 300,
        own_limits: &[],
        ask_again: None,
        charged_when: "each package of a valid number (line type, line status), found or not",
    };

    /// The plus sign is written `%2B`: as itself it would be read as a blank.
    fn url(&self, digits: &str) -> Url {
        self.endpoint.url(&format!("/v2/PhoneNumbers/%2B{digits}"))
    }

    async fn look_up(&self, number: &E164) -> Result<CheckedPhone, ProviderError> {
        let mut url = self.url(number.as_str().trim_start_matches('+'));
        url.set_query(Some(self.fields));
        let reply = self.endpoint.get(url).await?;
        if reply.status != 200 {
            return match self.refusal(&reply) {
                None => Ok(number::none()),
                Some(error) => Err(error),
            };
        }
        let body = self.endpoint.json(&reply)?;
        let found = number::read(&body, self.asks_line_status())
            .ok_or_else(|| self.endpoint.garbled("the answer has no flag \"valid\""))?;
        let carrier = found.carrier.map(|name| self.endpoint.clean(&name));
        Ok(CheckedPhone { said: self.endpoint.clean(&found.said), carrier, ..found })
    }

    /// What a status other than 200 means; `None`: the text is no number.
    fn refusal(&self, reply: &Reply) -> Option<ProviderError> {
        let code = self.endpoint.json(reply).ok().and_then(|body| json::whole(&body, "code"));
        match (reply.status, code) {
            (404, Some(NO_NUMBER)) => None,
            // The packages are the same for every number, so this is about the account.
            (400, Some(code)) if PACKAGE_CODES.contains(&code) => {
                Some(ProviderError::NotInPlan { detail: self.endpoint.words(reply) })
            }
            _ => Some(self.endpoint.refusal(reply)),
        }
    }
}

impl Checker for TwilioLookup {
    fn sheet(&self) -> &CheckerSheet {
        &self.sheet
    }

    /// Validation alone is free. The money left is told elsewhere, by the account's own SID, which no
    /// look-up needs and which is not asked for here.
    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        async move {
            let reply = self.endpoint.get(self.url(TRIAL_NUMBER)).await?;
            let refusal = if reply.status == 200 {
                self.endpoint.json(&reply).map(|_body: Value| None)?
            } else {
                self.refusal(&reply)
            };
            refusal.map_or(Ok(None), Err)
        }
        .boxed()
    }
}

impl PhoneChecker for TwilioLookup {
    fn asks_line_status(&self) -> bool {
        self.fields.ends_with("line_status")
    }

    fn check_phone<'a>(
        &'a self,
        number: &'a E164,
    ) -> BoxFuture<'a, Result<Checked<CheckedPhone>, ProviderError>> {
        async move { self.look_up(number).await.map(Checked::Done) }.boxed()
    }
}
