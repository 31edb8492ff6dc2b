//! The table: a row an operation.

use serde_json::{Value, json};

use super::world::World;
use crate::serving::PASSWORD;

/// What stands in the path of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// What the document shows: it names nothing that is there.
    Shown,
    /// The workspace itself.
    Workspace,
    /// A viewer of the workspace, made for it.
    Member,
    Invitation,
    /// A key of the owner.
    Key,
    /// A session of the owner.
    Session,
    /// A job of the workspace that is done: it can be neither tried again nor called off.
    Job,
    /// An invoice of the workspace that waits for its payment.
    Invoice,
    /// One that was paid by hand.
    PaidInvoice,
    /// A card of the workspace that Stripe has stored.
    Method,
}

/// Statuses of anonymous, stranger, viewer, user, admin, owner, superadmin, key without scope.
pub(super) type Statuses = [u16; 8];

/// How one operation answers.
pub(super) struct Row {
    pub(super) operation: &'static str,
    pub(super) statuses: Statuses,
    pub(super) target: Target,
    /// The body where the document's example does not do.
    pub(super) body: Option<fn(&mut World) -> Value>,
    pub(super) query: &'static str,
    /// Whether it is called with an idempotency key.
    pub(super) keyed: bool,
}

impl Row {
    /// Whether it is no matter who asks.
    pub(super) fn anybody(&self) -> bool {
        let [first, rest @ ..] = self.statuses;
        rest.iter().all(|status| *status == first)
    }

    pub(super) const fn keyed(mut self) -> Self {
        self.keyed = true;
        self
    }

    pub(super) const fn on(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    pub(super) const fn with(mut self, body: fn(&mut World) -> Value) -> Self {
        self.body = Some(body);
        self
    }

    const fn asking(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }
}

pub(super) const fn row(operation: &'static str, statuses: Statuses) -> Row {
    Row { operation, statuses, target: Target::Shown, body: None, query: "", keyed: false }
}

/// Nobody is asked who they are.
pub(super) const fn anybody(s: u16) -> Statuses {
    [s; 8]
}

/// One's own account, or reading in one's own workspace: no key without scope.
pub(super) const fn signed_in(s: u16) -> Statuses {
    [401, s, s, s, s, s, s, 403]
}

/// Writing in one's own workspace.
const fn writer(s: u16) -> Statuses {
    [401, s, 403, s, s, s, s, 403]
}

/// Admins, each in their own workspace.
pub(super) const fn admin(s: u16) -> Statuses {
    [401, s, 403, 403, s, s, s, 403]
}

/// Admins, on something of the first workspace.
const fn admin_there(s: u16) -> Statuses {
    [401, 404, 403, 403, s, s, 404, 403]
}

/// Whoever runs the installation.
pub(super) const fn superadmin(s: u16) -> Statuses {
    [401, 403, 403, 403, 403, 403, s, 403]
}

pub(super) const ROWS: &[Row] = &[
    row("get_set_up", anybody(200)),
    row("set_up", anybody(409)),
    row("register", anybody(202)).with(
        |world| json!({"email": world.new_email(), "password": PASSWORD, "name": "Joan Example"}),
    ),
    row("verify_email", anybody(410)),
    row("resend_code", anybody(410)),
    row("login", anybody(200))
        .with(|_world| json!({"email": World::owner_email(), "password": PASSWORD})),
    row("refresh", anybody(200)).with(|world| json!({"refresh_token": world.refresh_token()})),
    row("forgot_password", anybody(202)),
    row("reset_password", anybody(410)),
    row("get_me", [401, 200, 200, 200, 200, 200, 200, 200]),
    row("update_me", signed_in(204)),
    row("get_preferences", signed_in(200)),
    row("update_preferences", signed_in(200)),
    row("list_sessions", signed_in(200)),
    row("end_session", [401, 404, 404, 404, 404, 204, 404, 403]).on(Target::Session),
    row("confirm", signed_in(204)).with(|_| json!({"password": PASSWORD})),
    row("list_workspaces", signed_in(200)),
    row("create_workspace", signed_in(201)),
    row("choose_workspace", [401, 404, 204, 204, 204, 204, 404, 403]).on(Target::Workspace),
    row("rename_workspace", admin(204)),
    row("listen_events", signed_in(200)),
    // What is no request for a socket is refused after it is known who asks.
    row("open_socket", signed_in(400)),
    row("list_members", signed_in(200)),
    row("update_member", admin_there(204))
        .on(Target::Member)
        .with(|_| json!({"role": "user", "spending_limit": "250"})),
    row("remove_member", admin_there(204)).on(Target::Member),
    row("list_invitations", admin(200)),
    row("create_invitation", admin(201))
        .with(|world| json!({"email": world.new_email(), "role": "viewer"})),
    row("resend_invitation", admin_there(204)).on(Target::Invitation),
    row("withdraw_invitation", admin_there(204)).on(Target::Invitation),
    row("preview_invitation", anybody(200))
        .with(|world| json!({"token": world.invitation_token()})),
    // It is for somebody else, whoever they are.
    row("accept_invitation", signed_in(403))
        .with(|world| json!({"token": world.invitation_token()})),
    row("register_invited", anybody(410)),
    row("list_api_keys", signed_in(200)),
    row("create_api_key", writer(201)),
    row("rename_api_key", [401, 404, 404, 404, 204, 204, 404, 403]).on(Target::Key),
    row("revoke_api_key", [401, 404, 404, 404, 204, 204, 404, 403]).on(Target::Key),
    row("list_audit", admin(200)),
    row("export_audit", admin(200)).asking("?format=csv"),
    row("list_all_workspaces", superadmin(200)),
    row("set_workspace_tier", superadmin(204)).on(Target::Workspace),
    row("list_people", superadmin(200)),
    row("disable_person", superadmin(204)).on(Target::Member),
    row("enable_person", superadmin(204)).on(Target::Member),
    row("list_installation_audit", superadmin(200)),
    row("get_health", anybody(200)),
    row("get_ready", anybody(200)),
    // Everybody of the test is on this machine.
    row("get_metrics", anybody(200)),
    // The link says who may; the one of the document is none.
    row("get_file", anybody(403)),
    row("put_file", anybody(403)),
    row("get_csrf", signed_in(200)),
    row("get_credits", signed_in(200)),
    row("list_credit_history", signed_in(200)),
    row("export_credit_history", signed_in(200)).asking("?format=csv"),
    row("list_credit_holds", signed_in(200)),
    row("get_credit_usage", signed_in(200)).asking("?by=action"),
    row("list_credit_prices", signed_in(200)),
    row("update_credit_alerts", admin(204)),
    // It has no idempotency key.
    row("adjust_credits", superadmin(422)),
    row("list_duplicates", signed_in(200)),
    row("find_duplicates", writer(202)),
    row("get_duplicate_settings", signed_in(200)),
    row("put_duplicate_settings", admin(200)),
    row("get_duplicate", signed_in(404)),
    row("merge_duplicate", writer(404)),
    row("dismiss_duplicate", writer(404)),
    row("list_merges", signed_in(200)),
    row("undo_merge", writer(404)),
    row("list_imports", signed_in(200)),
    // A form is wanted.
    row("create_import", writer(415)),
    row("begin_upload", writer(201)),
    row("put_upload_part", writer(404)),
    row("list_upload_parts", signed_in(404)),
    row("complete_upload", writer(404)),
    row("list_import_mappings", signed_in(200)),
    row("delete_import_mapping", writer(404)),
    row("import_contacts", writer(404)).with(
        |_| json!({"job_id": "imp_019900000000700080000000000000ab", "default_tags": ["imported"]}),
    ),
    row("import_leads", writer(201)),
    row("get_import", signed_in(404)),
    row("preview_import", writer(404)),
    row("start_import", writer(404)),
    row("dry_run_import", writer(404)),
    row("export_dry_run_rows", signed_in(404)),
    row("pause_import", writer(404)),
    row("resume_import", writer(404)),
    row("cancel_import", writer(404)),
    row("undo_import", writer(404)),
    row("verify_import", writer(404)),
    row("list_import_results", signed_in(404)),
    row("export_import_problems", signed_in(404)),
    row("admin_get_credits", superadmin(404))
        .asking("?workspace=ws_019900000000700080000000000000ab"),
    row("list_packages", signed_in(200)),
    row("get_subscription", signed_in(200)),
    // It has no idempotency key.
    row("create_subscription", admin(422)),
    row("purchase_credits", admin(422)),
    // Nothing is sold here.
    row("change_subscription", admin(409)),
    row("cancel_subscription", admin(409)),
    row("resume_subscription", admin(409)),
    row("list_payments", signed_in(200)),
    row("list_invoices", signed_in(200)),
    row("get_invoice", signed_in(404)),
    row("print_invoice", signed_in(404)),
    row("set_billing_details", admin(409)),
    row("list_payment_methods", signed_in(200)),
    row("remove_payment_method", admin(409)),
    row("open_portal", admin(409)),
    row("take_stripe_event", anybody(409)),
    row("pay_invoice", superadmin(422)),
    row("refund_invoice", superadmin(422)),
    row("list_reconciliation", superadmin(409)),
    row("list_jobs", admin(200)),
    row("get_jobs_overview", admin(200)),
    row("get_job", admin_there(200)).on(Target::Job),
    row("retry_job", admin_there(409)).on(Target::Job),
    row("cancel_job", admin_there(409)).on(Target::Job),
    row("admin_list_jobs", superadmin(200)),
    row("admin_get_jobs_overview", superadmin(200)),
    row("admin_list_workers", superadmin(200)),
    row("admin_get_job", superadmin(200)).on(Target::Job),
    row("admin_retry_job", superadmin(409)).on(Target::Job),
    row("admin_cancel_job", superadmin(409)).on(Target::Job),
    row("list_providers", anybody(200)),
    // No provider is set up here.
    row("start_oidc", anybody(404)),
    row("finish_oidc", anybody(404)),
    row("finish_oidc_form", anybody(303)),
    row("list_identities", signed_in(200)),
    row("link_identity", signed_in(404)),
    row("unlink_identity", signed_in(404)),
    row("get_second_factor", signed_in(200)),
    row("begin_totp", signed_in(200)),
    row("confirm_totp", signed_in(401)),
    row("remove_totp", signed_in(404)),
    row("new_recovery_codes", signed_in(409)),
    row("show_second_factor", anybody(410)),
    row("list_passkeys", signed_in(200)),
    row("rename_passkey", signed_in(404)),
    row("remove_passkey", signed_in(404)),
    row("start_passkey", signed_in(200)),
    row("finish_passkey", signed_in(410)),
    // Nobody has a passkey to confirm by.
    row("start_passkey_confirm", signed_in(401)),
    row("finish_passkey_confirm", signed_in(410)),
    row("start_passkey_login", anybody(200)),
    row("finish_passkey_login", anybody(410)),
    // These change who may do what or end sessions, so they stand last.
    row("end_other_sessions", signed_in(200)),
    row("logout", signed_in(204)),
    row("transfer_workspace", [401, 404, 403, 403, 403, 204, 404, 403]).with(|world| {
        let member = world.target(Target::Member);
        json!({"user_id": member})
    }),
    row("change_password", signed_in(204))
        .with(|_| json!({"password": PASSWORD, "new_password": "lantern staple wagon"})),
];
