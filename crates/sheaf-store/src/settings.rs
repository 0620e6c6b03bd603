//! Small values of this device under names of the caller's.

use crate::{Result, Snapshot, Txn};

impl Txn<'_> {
    /// Keeps a value under a name.
    pub fn put_setting(&mut self, name: &str, value: &[u8]) -> Result<()> {
        self.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))?;
        Ok(())
    }

    /// Forgets the value under a name; whether there was one.
    pub fn drop_setting(&mut self, name: &str) -> Result<bool> {
        Ok(self.run("DELETE FROM settings WHERE name = ?", [name])? > 0)
    }
}

impl Snapshot<'_> {
    /// The value under a name.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.one("SELECT value FROM settings WHERE name = ?", [name], |row| row.get(0))
    }

    /// All values whose names begin so, by name.
    pub fn settings_under(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let sql = "SELECT name, value FROM settings
                   WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name";
        self.all(sql, [prefix], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}
