//! Customers, their payment methods, the catalogue, and the endpoints of webhooks.

use serde_json::Value;

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::shop::Shop;
use super::super::{catalogue, customers, payment_methods, webhook_endpoints};

pub(super) fn dispatch(
    shop: &mut Shop,
    method: &str,
    name: &str,
    segments: &[&str],
    form: &Form,
) -> Option<Result<Value, Failure>> {
    Some(match (method, name, segments) {
        ("POST", "customers", []) => customers::create(shop, form),
        ("GET", "customers", ["search"]) => customers::search(shop, form),
        ("POST", "customers", [id]) => customers::update(shop, id, form),
        ("DELETE", "customers", [id]) => customers::delete(shop, id),
        ("GET", "customers", [id, "payment_methods"]) => {
            payment_methods::of_customer(shop, id, form)
        }
        ("POST", "products", []) => catalogue::create_product(shop, form),
        ("POST", "products", [id]) => catalogue::update_product(shop, id, form),
        ("POST", "prices", []) => catalogue::create_price(shop, form),
        ("GET", "prices", []) => catalogue::prices(shop, form),
        ("POST", "prices", [id]) => catalogue::update_price(shop, id, form),
        ("POST", "payment_methods", []) => payment_methods::create(shop, form),
        ("POST", "payment_methods", [id]) => payment_methods::update(shop, id, form),
        ("POST", "payment_methods", [id, "attach"]) => payment_methods::attach_call(shop, id, form),
        ("POST", "payment_methods", [id, "detach"]) => payment_methods::detach(shop, id),
        ("POST", "webhook_endpoints", []) => webhook_endpoints::create(shop, form),
        ("POST", "webhook_endpoints", [id]) => webhook_endpoints::update(shop, id, form),
        ("DELETE", "webhook_endpoints", [id]) => webhook_endpoints::delete(shop, id),
        _ => return None,
    })
}
