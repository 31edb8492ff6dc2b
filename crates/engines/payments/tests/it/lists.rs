//! Lists are read page by page, and end.

use captely_payments::{Listing, Subscription, SubscriptionFilter};
use serde_json::{Value, json};

use crate::loopback::{Given, Loopback};

fn page(ids: std::ops::Range<usize>, has_more: bool) -> Given {
    let subscription =
        |n| json!({"id": format!("sub_{n}"), "status": "active", "customer": "cus_1"});
    let data: Vec<Value> = ids.map(subscription).collect();
    Given::json(&json!({"object": "list", "data": data, "has_more": has_more, "url": "/v1/x"}))
}

async fn listed(pages: Vec<Given>, max: usize) -> (Listing<Subscription>, Vec<String>) {
    let server = Loopback::scripted(pages).await;
    let filter = SubscriptionFilter {
        customer: Some("cus_1".to_owned()),
        starting_after: Some("sub_start".to_owned()),
        ..SubscriptionFilter::default()
    };
    let listing = server.stripe.list_subscriptions(&filter, max).await.unwrap();
    let paths = server.calls().into_iter().map(|call| call.path).collect();
    (listing, paths)
}

#[tokio::test]
async fn each_page_starts_behind_the_last_object() {
    let (listing, paths) = listed(vec![page(0..100, true), page(100..130, false)], 1_000).await;
    assert_eq!((listing.objects.len(), listing.more), (130, false));
    assert_eq!(listing.objects[129].id, "sub_129");
    let path = "/below/v1/subscriptions?customer=cus_1&starting_after=";
    assert_eq!(paths, [format!("{path}sub_start&limit=100"), format!("{path}sub_99&limit=100")]);
}

#[tokio::test]
async fn the_bound_is_kept() {
    let (listing, paths) = listed(vec![page(0..100, true), page(100..103, true)], 103).await;
    assert_eq!((listing.objects.len(), listing.more), (103, true));
    assert!(paths[1].ends_with("&limit=3"), "{paths:?}");
    // More than was asked for is cut.
    let (listing, _) = listed(vec![page(0..9, false)], 4).await;
    assert_eq!((listing.objects.len(), listing.more), (4, true));
    let (listing, _) = listed(vec![page(0..1, false)], 0).await;
    assert_eq!((listing.objects.len(), listing.more), (1, false));
}

#[tokio::test]
async fn an_empty_page_that_says_more_ends_the_list() {
    let (listing, paths) = listed(vec![page(0..2, true), page(0..0, true)], 10).await;
    assert_eq!((listing.objects.len(), listing.more, paths.len()), (2, true, 2));
    let (listing, paths) = listed(vec![page(0..0, false)], 10).await;
    assert_eq!((listing.objects.len(), listing.more, paths.len()), (0, false, 1));
}
