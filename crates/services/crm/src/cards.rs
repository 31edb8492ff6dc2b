//! Contacts with all that is known of them.

use std::collections::{BTreeMap, HashMap};

use captely_contact::{Domain, Timestamp};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::stored::as_row;
use crate::{Channel, CompanyDetail, CompanyId, Contact, ContactDetail, Stance, details, store};

/// A company as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its id in the workspace.
    pub id: CompanyId,
    /// Its name; empty where no list told it.
    pub name: String,
    /// Its domain, the one that one registers.
    pub domain: Option<Domain>,
    /// What else is known.
    pub details: BTreeMap<CompanyDetail, String>,
}

/// What a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When it was written down.
    pub at: Timestamp,
    /// Whether it may be done.
    pub stance: Stance,
    /// Where it stood.
    pub evidence: String,
    /// The import that brought it; none where a person wrote it down.
    pub origin: Option<Uuid>,
}

/// A contact with all that is known of it, but what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactCard {
    /// What identifies.
    pub contact: Contact,
    /// What else is known.
    pub details: BTreeMap<ContactDetail, String>,
    /// The company that it is at.
    pub company: Option<Company>,
    /// In the order of the alphabet.
    pub tags: Vec<String>,
    /// By channel, the earliest first.
    pub consents: BTreeMap<Channel, Vec<Said>>,
    /// What made it, if an import did.
    pub origin: Option<Uuid>,
    /// How new it is: when what was last taken over was true.
    pub updated_at: Timestamp,
    /// The contact that it was merged into, and for which it is shown no more.
    pub merged_into: Option<ContactId>,
}

impl ContactCard {
    /// Whether the person may be written to or called, as far as they said: a refusal counts whatever an import
    /// said later. Only what a person wrote down behind it outweighs it. `None` where nothing was said.
    pub fn stance(&self, channel: Channel) -> Option<Stance> {
        let said = self.consents.get(&channel)?;
        let refused = said.iter().rposition(|said| said.stance == Stance::Refused);
        let Some(refused) = refused else { return Some(Stance::Given) };
        let later = said.iter().skip(refused.saturating_add(1));
        let by_hand = later.into_iter().any(|said| said.origin.is_none());
        Some(if by_hand { Stance::Given } else { Stance::Refused })
    }
}

/// The contacts with these ids, by id, merged ones under their own. Four statements.
pub async fn load_cards(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<Vec<ContactCard>, DbError> {
    let mut rows = store::people::load(tx, workspace, ids).await?;
    rows.sort_unstable_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    let mut of: Vec<CompanyId> =
        rows.iter().filter_map(|row| row.company_id).map(CompanyId::from).collect();
    of.sort_unstable();
    of.dedup();
    let mut companies = HashMap::with_capacity(of.len());
    for row in store::companies::load(tx, workspace, &of).await? {
        let domain = row.domain.and_then(|text| text.parse().ok());
        let details = words(&row.details)?;
        companies.insert(row.id.as_uuid(), Company { id: row.id, name: row.name, domain, details });
    }
    let ids: Vec<ContactId> = rows.iter().map(|row| row.id).collect();
    let mut tags: HashMap<ContactId, Vec<String>> = HashMap::new();
    for (contact, tag, _) in store::cards::tags(tx, workspace, &ids).await? {
        tags.entry(contact).or_default().push(tag);
    }
    let mut said: HashMap<ContactId, BTreeMap<Channel, Vec<Said>>> = HashMap::new();
    for (contact, channel, at, stance, evidence, origin) in
        store::cards::consents(tx, workspace, &ids).await?
    {
        if let (Some(channel), Some(stance)) = (Channel::of(&channel), Stance::of(&stance)) {
            let said = said.entry(contact).or_default().entry(channel).or_default();
            said.push(Said { at: Timestamp::micros(at), stance, evidence, origin });
        }
    }
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let new = as_row(&row)?;
        let mut tags = tags.remove(&row.id).unwrap_or_default();
        tags.sort_unstable();
        tags.dedup();
        let mut consents = said.remove(&row.id).unwrap_or_default();
        for said in consents.values_mut() {
            said.sort_by_key(|said| said.at);
        }
        let contact = Contact {
            id: row.id,
            person: new.person,
            original_email: new.email,
            original_phone: new.phone,
        };
        out.push(ContactCard {
            contact,
            details: new.details,
            company: row.company_id.and_then(|id| companies.get(&id)).cloned(),
            tags,
            consents,
            origin: row.origin,
            updated_at: Timestamp::micros(row.updated_at),
            merged_into: row.merged_into.map(ContactId::from),
        });
    }
    Ok(out)
}

/// Details whose words this version knows.
fn words(json: &str) -> Result<BTreeMap<CompanyDetail, String>, DbError> {
    let all = details::parse(json)?.into_iter();
    Ok(all.filter_map(|(word, value)| Some((word.parse().ok()?, value))).collect())
}
