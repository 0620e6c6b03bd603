//! Devices that this one has met, and invitations that it has given.

use std::fmt;

use sheaf_charter::DeviceId;

use crate::{Result, Snapshot, Txn};

/// What is known of reaching another device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// The device.
    pub device: DeviceId,
    /// When it was last met, in milliseconds since 1970; none if never.
    pub last_met_ms: Option<i64>,
    /// Where it was last reached, as its carrier writes addresses.
    pub address: Option<String>,
    /// The carrier over which it was last met.
    pub carrier: Option<String>,
}

/// An invitation that this device has given.
#[derive(Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its id.
    pub id: [u8; 16],
    /// What it holds, as the caller encodes it.
    pub body: Vec<u8>,
    /// Until when it is good, in milliseconds since 1970.
    pub expires_ms: i64,
    /// When it was used, if it was.
    pub used_ms: Option<i64>,
}

/// Says nothing of the secret in it.
impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite")
            .field("expires_ms", &self.expires_ms)
            .field("used_ms", &self.used_ms)
            .finish_non_exhaustive()
    }
}

impl Txn<'_> {
    /// Keeps what is known of a device in place of what was.
    pub fn put_peer(&mut self, peer: &Peer) -> Result<()> {
        self.run(
            "INSERT INTO peers (device, last_met_ms, address, carrier) VALUES (?, ?, ?, ?)
             ON CONFLICT (device) DO UPDATE SET
                 last_met_ms = coalesce(excluded.last_met_ms, last_met_ms),
                 address = coalesce(excluded.address, address),
                 carrier = coalesce(excluded.carrier, carrier)",
            (peer.device.as_bytes(), peer.last_met_ms, &peer.address, &peer.carrier),
        )?;
        Ok(())
    }

    /// Forgets a device; whether it was known.
    pub fn drop_peer(&mut self, device: DeviceId) -> Result<bool> {
        Ok(self.run("DELETE FROM peers WHERE device = ?", [device.as_bytes()])? > 0)
    }

    /// Keeps an invitation.
    pub fn put_invite(&mut self, invite: &Invite) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO invites (id, body, expires_ms, used_ms) VALUES (?, ?, ?, ?)",
            (invite.id, &invite.body, invite.expires_ms, invite.used_ms),
        )?;
        Ok(())
    }

    /// Marks an invitation as used, once: whether it was there, unused and not expired.
    pub fn use_invite(&mut self, id: [u8; 16], now_ms: i64) -> Result<bool> {
        let sql = "UPDATE invites SET used_ms = ?2
                   WHERE id = ?1 AND used_ms IS NULL AND expires_ms > ?2";
        Ok(self.run(sql, (id, now_ms))? > 0)
    }
}

impl Snapshot<'_> {
    /// What is known of a device.
    pub fn peer(&self, device: DeviceId) -> Result<Option<Peer>> {
        let sql = "SELECT device, last_met_ms, address, carrier FROM peers WHERE device = ?";
        self.one(sql, [device.as_bytes()], peer)
    }

    /// All devices that are known, the last met first.
    pub fn peers(&self) -> Result<Vec<Peer>> {
        let sql = "SELECT device, last_met_ms, address, carrier FROM peers
                   ORDER BY last_met_ms DESC, device";
        self.all(sql, [], peer)
    }

    /// An invitation.
    pub fn invite(&self, id: [u8; 16]) -> Result<Option<Invite>> {
        let sql = "SELECT id, body, expires_ms, used_ms FROM invites WHERE id = ?";
        self.one(sql, [id], invite)
    }

    /// All invitations, the first to expire first.
    pub fn invites(&self) -> Result<Vec<Invite>> {
        let sql = "SELECT id, body, expires_ms, used_ms FROM invites ORDER BY expires_ms, id";
        self.all(sql, [], invite)
    }
}

fn peer(row: &rusqlite::Row<'_>) -> rusqlite::Result<Peer> {
    Ok(Peer {
        device: DeviceId::from_bytes(row.get(0)?),
        last_met_ms: row.get(1)?,
        address: row.get(2)?,
        carrier: row.get(3)?,
    })
}

fn invite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Invite> {
    Ok(Invite { id: row.get(0)?, body: row.get(1)?, expires_ms: row.get(2)?, used_ms: row.get(3)? })
}
