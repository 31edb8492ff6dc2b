//! The router: the operations of every part that is served, and what is around them.

use std::sync::Arc;

use captely_accounts::AccountRoutes;
use captely_billing::BillingRoutes;
use captely_credits::CreditRoutes;
use captely_crm::CrmRoutes;
use captely_imports::ImportRoutes;
use captely_platform::files::Files;
use captely_platform::http::limits::RateLimits;
use captely_platform::http::{
    self, ApiDocument, Code, Http, Hub, LiveOptions, Operations, Router, Shared, docs_routes,
    file_routes, finish_document, layered, live_routes, operations_routes, outbox_routes,
};
use captely_platform::mail::TransportConfig;

use super::platform::Platform;
use crate::cli::{Part, ServeArgs};
use crate::commands::migrate;
use crate::config::Settings;

/// All that is answered.
pub(super) struct Served {
    pub(super) router: Router,
    pub(super) hub: Hub,
    pub(super) operations: Operations,
}

/// The codes of problems of all rooms.
pub(super) fn codes() -> Vec<&'static Code> {
    [http::codes::ALL, captely_accounts::CODES, captely_credits::CODES, captely_billing::CODES]
        .concat()
}

pub(super) fn build(platform: &Platform, settings: &Settings, args: &ServeArgs) -> Served {
    let http = shared(platform, settings);
    let hub = Hub::new(platform.db.clone(), LiveOptions::default());
    let accounts = AccountRoutes { http: http.clone(), accounts: platform.accounts.clone() };
    let credits = CreditRoutes {
        http: http.clone(),
        accounts: platform.accounts.clone(),
        ledger: platform.ledger.clone(),
    };
    let billing = BillingRoutes { http: http.clone(), billing: platform.billing.clone() };
    let machines = machines(settings);
    let crm = CrmRoutes {
        http: http.clone(),
        accounts: platform.accounts.clone(),
        crm: platform.crm.clone(),
    };
    let files = platform.imports.files.clone();
    let imports = ImportRoutes { http: http.clone(), imports: platform.imports.clone() };
    let (listens, asked) = (hub.clone(), machines.clone());
    let rooms =
        Rooms { accounts, credits, crm, imports, billing, files, hub: listens, machines: asked };
    let (router, api) = operations(&http, rooms, |part| args.serves(part));
    let mut router = router.merge(docs_routes(&api, &codes()));
    if matches!(settings.mail.transport, TransportConfig::Outbox) {
        router = router.merge(outbox_routes(&http));
    }
    Served { router: layered(router, http), hub, operations: machines }
}

/// What machines ask of a process that serves nobody else.
pub(super) fn for_machines(platform: &Platform, settings: &Settings) -> (Router, Operations) {
    let http = shared(platform, settings);
    let machines = machines(settings);
    let operations = operations_routes(machines.clone()).with_state(http.clone());
    let (router, _document) = operations.split_for_parts();
    (layered(router, http), machines)
}

fn shared(platform: &Platform, settings: &Settings) -> Http {
    Http::new(Shared {
        db: platform.db.clone(),
        clock: Arc::clone(&platform.clock),
        ids: Arc::clone(&platform.ids),
        keys: platform.keys.clone(),
        limits: RateLimits::new(&platform.db),
        authenticate: Arc::new(platform.accounts.clone()),
        options: settings.server.http.clone(),
    })
}

fn machines(settings: &Settings) -> Operations {
    Operations::new(settings.data.dir.clone(), &migrate::all())
}

/// What the operations of each room work with.
struct Rooms {
    accounts: AccountRoutes,
    credits: CreditRoutes,
    crm: CrmRoutes,
    billing: BillingRoutes,
    files: Files,
    imports: ImportRoutes,
    hub: Hub,
    machines: Operations,
}

/// The operations of the parts that are served, and their document.
fn operations(http: &Http, rooms: Rooms, serves: impl Fn(Part) -> bool) -> (Router, ApiDocument) {
    // Whatever part is served, its health is asked for.
    let mut all = operations_routes(rooms.machines).with_state(http.clone());
    // Whatever part gave a link, it is followed.
    all = all.merge(file_routes(rooms.files).with_state(http.clone()));
    if serves(Part::Accounts) {
        all = all.merge(captely_accounts::routes(rooms.accounts));
    }
    if serves(Part::Credits) {
        all = all.merge(captely_credits::routes(rooms.credits));
    }
    if serves(Part::Contacts) {
        all = all.merge(captely_crm::routes(rooms.crm));
        all = all.merge(captely_imports::routes(rooms.imports));
    }
    if serves(Part::Billing) {
        all = all.merge(captely_billing::routes(rooms.billing));
    }
    if serves(Part::Events) {
        all = all.merge(live_routes(rooms.hub).with_state(http.clone()));
    }
    let (router, document) = all.split_for_parts();
    (router, finish_document(document, env!("CARGO_PKG_VERSION"), &codes()))
}
