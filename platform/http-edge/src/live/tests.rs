use futures::FutureExt;

use super::*;

#[tokio::test]
async fn followers_are_told_what_is_newer_and_only_the_latest() {
    let register = Followers::new(1);
    let mut following = register.follow("a").unwrap();
    assert_eq!(register.seen(), HashMap::from([("a", None)]));
    assert!(following.news().now_or_never().is_none());
    register.tell(&"a", 2, "two");
    register.tell(&"a", 1, "one");
    register.tell(&"b", 9, "nobody listens");
    assert_eq!(following.news().await.value, "two");
    assert!(following.news().now_or_never().is_none());
    register.tell(&"a", 3, "three");
    register.tell(&"a", 4, "four");
    assert_eq!(following.news().await.value, "four");
    assert_eq!(register.seen(), HashMap::from([("a", Some(4))]));
}

#[test]
fn a_thing_is_followed_until_its_last_follower_goes() {
    let register: Followers<u8, ()> = Followers::new(1);
    let (one, other) = (register.follow(1).unwrap(), register.follow(1).unwrap());
    assert!(register.follow(2).is_err(), "there is room for one");
    drop(one);
    assert!(register.wants(&1));
    drop(other);
    assert!(!register.wants(&1));
    assert!(register.follow(2).is_ok());
}
