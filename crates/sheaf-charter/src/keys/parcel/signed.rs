//! Who wrote a parcel: a signature over what it says of itself, tied to its head.

use super::head::ParcelHead;
use crate::entry::SIGNATURE_BYTES;
use crate::identity::Identity;
use crate::ids::DeviceId;
use crate::sign::{Purpose, verifies};

/// Signs what a parcel says of itself.
pub fn sign_parcel(identity: &Identity, head: &ParcelHead, says: &[u8]) -> [u8; SIGNATURE_BYTES] {
    identity.sign(Purpose::Parcel, &message(head, says))
}

/// Whether a device has signed what a parcel with this head says of itself. Whoever could open
/// another parcel cannot pass its word on as being of this one.
pub fn verify_parcel(
    device: DeviceId,
    head: &ParcelHead,
    says: &[u8],
    signature: &[u8; SIGNATURE_BYTES],
) -> bool {
    verifies(device.as_bytes(), Purpose::Parcel, &message(head, says), signature)
}

fn message(head: &ParcelHead, says: &[u8]) -> Vec<u8> {
    [&head.binding()[..], says].concat()
}
