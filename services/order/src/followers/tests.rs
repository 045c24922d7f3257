use futures::FutureExt;

use super::*;
use crate::domain::samples;

fn told(followers: &Followers, order: &Order, version: u32) {
    followers.tell(Arc::new(Order {
        version,
        ..order.clone()
    }));
}

#[tokio::test]
async fn news_reach_everybody_who_follows_the_order() {
    let (followers, order) = (Followers::new(10), samples::order());
    let mut first = followers.follow(order.id).unwrap();
    let mut second = followers.follow(order.id).unwrap();
    told(&followers, &order, 2);
    assert_eq!(
        (first.news().await.version, second.news().await.version),
        (2, 2)
    );
}

#[tokio::test]
async fn old_news_are_dropped() {
    let (followers, order) = (Followers::new(10), samples::order());
    let mut following = followers.follow(order.id).unwrap();
    told(&followers, &order, 3);
    told(&followers, &order, 2);
    told(&followers, &order, 3);
    assert_eq!(following.news().await.version, 3);
    assert!(following.news().now_or_never().is_none());
}

#[test]
fn an_order_nobody_follows_any_more_is_forgotten() {
    let (followers, order) = (Followers::new(10), samples::order());
    let first = followers.follow(order.id);
    let second = followers.follow(order.id);
    drop(first);
    assert!(followers.wanted(order.id));
    drop(second);
    assert!(!followers.wanted(order.id) && followers.seen().is_empty());
}

#[test]
fn the_register_is_bounded_by_orders_not_by_followers() {
    let followers = Followers::new(1);
    let order = OrderId::new();
    let first = followers.follow(order);
    assert!(first.is_some() && followers.follow(order).is_some());
    assert!(followers.follow(OrderId::new()).is_none());
    drop(first);
    assert!(followers.follow(OrderId::new()).is_some());
}

#[test]
fn the_poll_learns_what_each_follower_has_seen() {
    let (followers, order) = (Followers::new(10), samples::order());
    let _following = followers.follow(order.id);
    assert_eq!(followers.seen(), HashMap::from([(order.id, 0)]));
    told(&followers, &order, 4);
    assert_eq!(followers.seen(), HashMap::from([(order.id, 4)]));
}
