//! What a personal access token may be used for.
//!
//! A scope takes away and never gives: the rights of the token's owner are asked as well.

use crate::{Role, text_enum::text_enum};

text_enum! {
    /// One kind of thing that a token may read or change.
    pub enum TokenScope {
        /// Read links.
        LinksRead = "LINKS_READ",
        /// Make, change and delete links.
        LinksWrite = "LINKS_WRITE",
        /// Read assets, their files, and collections.
        AssetsRead = "ASSETS_READ",
        /// Add and change assets and collections.
        AssetsWrite = "ASSETS_WRITE",
        /// Do what only administrators may do: manage users, groups, access rules, settings and jobs, and read the logs.
        Admin = "ADMIN",
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Every scope, as sessions have them.
    pub const ALL: Self = Self(0b1_1111);

    /// The set of these scopes. Who may write may read.
    pub fn of(scopes: &[TokenScope]) -> Self {
        Self(scopes.iter().fold(0, |bits, scope| bits | Self::bits_of(*scope)))
    }

    /// The scopes of a token whose owner has this role and does not choose.
    pub fn usual(role: Role) -> Self {
        match role {
            Role::Admin => Self::ALL,
            Role::Guest | Role::Viewer | Role::Editor => Self(Self::ALL.0 & !Self::bits_of(TokenScope::Admin)),
        }
    }

    /// Whether `scope` is in the set.
    pub fn has(self, scope: TokenScope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// The scopes in the set.
    pub fn list(self) -> Vec<TokenScope> {
        TokenScope::ALL.iter().copied().filter(|scope| self.has(*scope)).collect()
    }

    /// The set of stored bits: one for each scope, in the order of [`TokenScope`]. Unknown bits are ignored.
    pub fn from_bits(bits: i32) -> Self {
        Self(u8::try_from(bits & i32::from(Self::ALL.0)).unwrap_or_default())
    }

    /// The bit of a scope, with those of the scopes that it includes.
    const fn bits_of(scope: TokenScope) -> u8 {
        let included = match scope {
            TokenScope::LinksWrite => Self::bits_of(TokenScope::LinksRead),
            TokenScope::AssetsWrite => Self::bits_of(TokenScope::AssetsRead),
            TokenScope::LinksRead | TokenScope::AssetsRead | TokenScope::Admin => 0,
        };
        1 << scope as u8 | included
    }
}

/// As it is stored.
impl From<Scopes> for i32 {
    fn from(scopes: Scopes) -> Self {
        scopes.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenScope::{Admin, AssetsRead, AssetsWrite, LinksRead, LinksWrite};

    #[test]
    fn a_set_has_what_was_put_in_and_what_that_includes() {
        let sets: [(&[TokenScope], &[TokenScope]); 7] = [
            (&[], &[]),
            (&[LinksRead], &[LinksRead]),
            (&[LinksWrite], &[LinksRead, LinksWrite]),
            (&[AssetsRead], &[AssetsRead]),
            (&[AssetsWrite], &[AssetsRead, AssetsWrite]),
            (&[Admin], &[Admin]),
            (TokenScope::ALL, TokenScope::ALL),
        ];
        for (given, has) in sets {
            let set = Scopes::of(given);
            assert_eq!((set.list(), Scopes::from_bits(set.into())), (has.to_vec(), set));
        }
        assert_eq!(Scopes::of(TokenScope::ALL), Scopes::ALL);
    }

    #[test]
    fn only_administrators_have_that_scope_without_asking() {
        for role in Role::ALL {
            assert_eq!(Scopes::usual(*role).has(Admin), *role == Role::Admin);
            assert!([LinksWrite, AssetsWrite].into_iter().all(|scope| Scopes::usual(*role).has(scope)));
        }
    }
}
