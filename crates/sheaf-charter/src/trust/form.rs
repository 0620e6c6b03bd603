//! What no honest author writes: acts in a lane where they mean nothing, bad keys.

use super::verdict::Refusal;
use crate::act::Act;
use crate::certificate::Certificate;
use crate::ids::SpaceId;
use crate::sign::{check_ed25519, check_x25519};

/// Refuses acts in a lane where they mean nothing, and certificates and keys that are not valid.
pub(super) fn check_form(act: &Act, space: SpaceId) -> Result<(), Refusal> {
    let in_charter = space == SpaceId::CHARTER;
    if !in_charter && is_of_charter(act) {
        return Err(Refusal::Shape("an act of the charter in a space"));
    }
    if in_charter && is_of_space(act) {
        return Err(Refusal::Shape("an act of a space in the charter"));
    }
    match act {
        Act::Found { certificate, recovery_signing, recovery_hpke, .. } => {
            check_recovery(recovery_signing, recovery_hpke)?;
            check_certificate(certificate)
        }
        Act::ReplaceRecovery { signing, hpke } => check_recovery(signing, hpke),
        Act::AdmitPerson { certificate, .. } | Act::AdmitDevice { certificate } => {
            check_certificate(certificate)
        }
        _ => Ok(()),
    }
}

const fn is_of_charter(act: &Act) -> bool {
    matches!(
        act,
        Act::Found { .. }
            | Act::AdmitPerson { .. }
            | Act::AdmitDevice { .. }
            | Act::SetRole { .. }
            | Act::RemovePerson { .. }
            | Act::RemoveDevice { .. }
            | Act::ReplaceRecovery { .. }
    )
}

const fn is_of_space(act: &Act) -> bool {
    matches!(
        act,
        Act::CreateSpace { .. }
            | Act::AdmitToSpace { .. }
            | Act::LeaveSpace { .. }
            | Act::Cut { .. }
            | Act::Erase { .. }
            | Act::SecondErasure { .. }
            | Act::ConfirmErasure { .. }
            | Act::WithdrawErasure { .. }
            | Act::Attest { .. }
            | Act::Hold { .. }
            | Act::ReleaseHold { .. }
            | Act::HandOffSpace { .. }
    )
}

fn check_recovery(signing: &[u8; 32], hpke: &[u8; 32]) -> Result<(), Refusal> {
    check_ed25519(signing, "recovery key")
        .and_then(|()| check_x25519(hpke, "recovery key"))
        .map_err(|_| Refusal::Shape("a weak recovery key"))
}

fn check_certificate(certificate: &Certificate) -> Result<(), Refusal> {
    certificate.verify().map_err(|_| Refusal::BadCertificate)
}
