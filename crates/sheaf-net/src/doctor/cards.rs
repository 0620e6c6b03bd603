//! The network interfaces of this machine.

use super::facts::Card;

/// Every interface that is up and has an address, but for the loopback, by name.
pub async fn cards() -> Vec<Card> {
    let state = netwatch::interfaces::State::new().await;
    let up = state.interfaces.values().filter(|interface| interface.is_up());
    let mut cards: Vec<Card> = up
        .map(|interface| Card {
            name: interface.name().to_owned(),
            addresses: interface
                .addrs()
                .map(|net| net.addr())
                .filter(|ip| ip.is_ipv4() && !ip.is_loopback())
                .collect(),
        })
        .filter(|card| !card.addresses.is_empty())
        .collect();
    cards.sort_by(|a, b| a.name.cmp(&b.name));
    cards
}
