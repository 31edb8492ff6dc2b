//! The buyer as they stand on invoices.

use captely_accounts::{Entry, Origin};
use captely_platform::ids::WorkspaceId;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::model::Customer;
use crate::post::EMAIL_CONTEXT;
use crate::service::Billing;
use crate::store;
use crate::vat_id::VatId;

/// What of the buyer is to change; none leaves it as it is.
#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) name: Option<String>,
    /// Where mail about money goes.
    pub(crate) email: Option<String>,
    /// Two capitals; an empty text takes it away.
    pub(crate) country: Option<String>,
    /// An empty text takes it away.
    pub(crate) vat_id: Option<String>,
}

impl Billing {
    /// Changes the buyer on future invoices; those that were issued stay as they are.
    pub(crate) async fn set_details(
        &self,
        workspace: WorkspaceId,
        details: Details,
        entry: Entry,
        from: &Origin,
    ) -> Result<Customer, BillingError> {
        let mut tx = self.db.writer().await?;
        let mut desk = Desk::open(self, &mut tx, workspace).await?;
        let mut customer = desk.customer.clone();
        if let Some(name) = details.name {
            customer.name = name;
        }
        if let Some(email) = details.email {
            customer.email_sealed = Some(self.keys.seal(EMAIL_CONTEXT, email.as_bytes()));
        }
        if let Some(country) = details.country {
            customer.country = country_of(&country)?;
        }
        if let Some(number) = details.vat_id {
            customer.vat_id = number_of(&number)?;
        }
        store::customer::set_details(desk.tx, workspace, &customer).await?;
        desk.customer = customer.clone();
        desk.finish().await?;
        self.accounts.audit(&mut tx, from, entry).await?;
        tx.commit().await?;
        Ok(customer)
    }
}

fn country_of(text: &str) -> Result<Option<String>, BillingError> {
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(Some(text.to_owned()));
    }
    Err(BillingError::Invalid("country", "must be two capitals such as DE (ISO 3166-1).".into()))
}

fn number_of(text: &str) -> Result<Option<String>, BillingError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read =
        text.parse::<VatId>().map_err(|why| BillingError::Invalid("vat_id", format!("{why}.")))?;
    Ok(Some(read.as_str().to_owned()))
}
