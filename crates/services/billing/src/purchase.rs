//! Packages of credits, bought once.

use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::desk::Desk;
use crate::error::BillingError;
use crate::ids::PaymentMethodId;
use crate::invoice::Invoice;
use crate::issue::Draft;
use crate::model::{Purchase, PurchaseStatus};
use crate::service::Billing;
use crate::store;
use crate::stripe::{Intent, ToDo};

impl Billing {
    /// Orders a package: an invoice whose payment brings its credits.
    pub(crate) async fn purchase(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        package: &str,
        method: Option<PaymentMethodId>,
    ) -> Result<(Purchase, Invoice, Option<ToDo>), BillingError> {
        let method = self.stripe_method(workspace, method).await?;
        let mut desk = Desk::open(self, tx, workspace).await?;
        let package = self.catalogue.package(package).cloned().ok_or_else(|| {
            let all = &self.catalogue.packages;
            let ids: Vec<&str> = all.iter().map(|package| package.id.as_str()).collect();
            let known = ids.join(", ");
            BillingError::Invalid("package_id", format!("is no credit package; those are {known}."))
        })?;
        let invoice = desk.issue(Draft::of_package(&package)).await?;
        let purchase = Purchase {
            id: desk.new_id(),
            package,
            status: PurchaseStatus::Pending,
            invoice: invoice.id,
            grant: None,
            taken_back: captely_contact::Credits::ZERO,
            created_at: desk.now,
            paid_at: None,
        };
        store::purchase::add(desk.tx, workspace, &purchase).await?;
        desk.mail_invoice(&invoice).await?;
        let mut todo = None;
        if self.stripe().is_some() {
            let package = Box::new(purchase.package.clone());
            let amount = invoice.total.minor_units;
            let intent = Intent::Buy { invoice: invoice.id, package, amount, method };
            todo = Some(desk.intend(&intent).await?);
        }
        desk.finish().await?;
        Ok((purchase, invoice, todo))
    }

    /// Stripe's name of a stored payment method.
    async fn stripe_method(
        &self,
        workspace: WorkspaceId,
        method: Option<PaymentMethodId>,
    ) -> Result<Option<String>, BillingError> {
        let Some(id) = method else { return Ok(None) };
        self.stripe_access()?;
        let known = self.methods(workspace).await?;
        let found = known.into_iter().find(|one| one.id == id);
        let unknown = || {
            let why =
                "is none of this workspace's; see GET /api/billing/payment-methods.".to_owned();
            BillingError::Invalid("payment_method_id", why)
        };
        Ok(Some(found.ok_or_else(unknown)?.stripe_id))
    }
}
