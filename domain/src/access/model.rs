//! Compares [`decide`] with a slow, obvious model over every combination of settings, state, time, password, creator's
//! rights and target.

use super::*;

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).expect("a fixed instant");

/// The rules, each checked independently. A request is allowed if no rule objects.
fn objections(link: &LinkFacts, visitor: VisitorFacts, resource: Resource) -> Option<Refusal> {
    let life = link.lifetime;
    let too_early = life.starts_at.is_some_and(|start| start > NOW);
    let too_late = life.expires_at.is_some_and(|end| end <= NOW);
    let used_up = life.max_downloads.is_some_and(|max| max <= life.download_count);
    let is_download = matches!(resource, Resource::Download(..));
    let own_download_goes_on = used_up && visitor.counted && is_download;
    let nothing_is_left = used_up && link.kind == LinkKind::Download && !own_download_goes_on;
    if link.target_is_gone || life.disabled || too_early || too_late || nothing_is_left {
        return Some(Refusal::NotFound);
    }
    if link.has_password && !visitor.unlocked && !own_download_goes_on {
        return Some(Refusal::Locked);
    }
    let target = match resource {
        Resource::Page => None,
        Resource::Entry(target)
        | Resource::Picture(target, _)
        | Resource::Captions(target)
        | Resource::Download(target, _) => Some(target),
    };
    let mut fine = true;
    if let Some(target) = target {
        fine &= target.in_link;
        fine &= target.source == AssetSource::Library;
        fine &= target.creator.has(Right::Read) && target.creator.has(Right::Share);
    }
    match (link.kind, resource) {
        (LinkKind::Download, Resource::Download(target, Version::Original)) => {
            fine &= target.original == OriginalState::Available && target.creator.has(Right::DownloadOriginal);
        }
        (LinkKind::Download, _) => fine = false,
        (LinkKind::Public, Resource::Page | Resource::Entry(_) | Resource::Captions(_)) => {}
        (LinkKind::Public, Resource::Picture(target, preset)) => {
            let of_pages = ![Preset::Fullscreen, Preset::Video1080].contains(&preset);
            let may_be_saved = link.allow_proxies && target.creator.has(Right::DownloadProxy);
            let is_chosen = link.proxy_presets.clone().unwrap_or(Preset::ALL.to_vec()).contains(&preset);
            fine &= of_pages || may_be_saved && is_chosen && life.max_downloads.is_none();
        }
        (LinkKind::Public, Resource::Download(target, Version::Original)) => {
            fine &= link.allow_original;
            fine &= target.original == OriginalState::Available && target.creator.has(Right::DownloadOriginal);
        }
        (LinkKind::Public, Resource::Download(target, Version::Proxy(preset))) => {
            fine &= link.allow_proxies && target.creator.has(Right::DownloadProxy);
            fine &= link.proxy_presets.clone().unwrap_or(Preset::ALL.to_vec()).contains(&preset);
        }
        (LinkKind::Public, Resource::Download(target, Version::Attachment)) => {
            fine &= link.allow_attachments && target.creator.has(Right::DownloadAttachment);
        }
    }
    if !fine {
        return Some(Refusal::NotFound);
    }
    (used_up && is_download && !own_download_goes_on).then_some(Refusal::UsedUp)
}

/// Whether it does no harm that a visitor passes on what opens a file for a minute, and begins a quarter of a minute later.
fn may_be_passed_on(link: &LinkFacts, resource: Resource) -> bool {
    let ends_soon = link.lifetime.expires_at.is_some_and(|end| end < NOW + TimeDelta::seconds(75));
    let is_guarded = link.has_password || link.lifetime.max_downloads.is_some() || ends_soon;
    matches!(resource, Resource::Download(..)) && !is_guarded
}

fn lifetimes() -> Vec<Lifetime> {
    let moment = TimeDelta::microseconds(1);
    let moments = [None, Some(NOW - moment), Some(NOW), Some(NOW + moment)];
    let soon = NOW + TimeDelta::seconds(75);
    let mut all = Vec::new();
    for disabled in [false, true] {
        for starts_at in moments {
            for expires_at in moments.into_iter().chain([Some(soon - moment), Some(soon)]) {
                for (max_downloads, download_count) in [(None, 5), (Some(2), 1), (Some(2), 2), (Some(2), 3)] {
                    all.push(Lifetime { disabled, starts_at, expires_at, max_downloads, download_count });
                }
            }
        }
    }
    all
}

fn links(lifetime: Lifetime) -> Vec<LinkFacts> {
    let mut all = Vec::new();
    for kind in LinkKind::ALL {
        for flags in 0..64_u8 {
            for proxy_presets in [None, Some(vec![]), Some(vec![Preset::Preview])] {
                all.push(LinkFacts {
                    kind: *kind,
                    lifetime,
                    has_password: flags & 1 != 0,
                    allow_original: flags & 2 != 0,
                    allow_proxies: flags & 4 != 0,
                    allow_attachments: flags & 8 != 0,
                    watermark: flags & 16 != 0,
                    target_is_gone: flags & 32 != 0,
                    proxy_presets,
                });
            }
        }
    }
    all
}

fn resources(targets: &[TargetFacts]) -> Vec<Resource> {
    let mut all = vec![Resource::Page];
    for target in targets {
        all.extend([Resource::Entry(*target), Resource::Captions(*target)]);
        all.extend(Preset::ALL.iter().map(|preset| Resource::Picture(*target, *preset)));
        let files = [
            Version::Original,
            Version::Attachment,
            Version::Proxy(Preset::Preview),
            Version::Proxy(Preset::Fullscreen),
            Version::Proxy(Preset::Audio),
        ];
        all.extend(files.map(|version| Resource::Download(*target, version)));
    }
    all
}

fn targets() -> Vec<TargetFacts> {
    let mut all = Vec::new();
    for in_link in [true, false] {
        for source in AssetSource::ALL {
            for original in OriginalState::ALL {
                for bits in 0..32_u8 {
                    let rights: Vec<Right> = Right::ALL
                        .iter()
                        .enumerate()
                        .filter(|(i, _)| bits & (1 << i) != 0)
                        .map(|(_, right)| *right)
                        .collect();
                    all.push(TargetFacts {
                        in_link,
                        source: *source,
                        original: *original,
                        creator: Rights::of(&rights),
                    });
                }
            }
        }
    }
    all
}

fn compare(links: &[LinkFacts], resources: &[Resource]) -> (usize, usize) {
    let (mut allowed, mut refused) = (0, 0);
    for link in links {
        for &resource in resources {
            for (unlocked, counted) in [(false, false), (true, false), (false, true), (true, true)] {
                let visitor = VisitorFacts { unlocked, counted };
                let answer = decide(link, visitor, resource, NOW);
                assert_eq!(answer.err(), objections(link, visitor, resource), "{link:?} {visitor:?} {resource:?}");
                if let Ok(permit) = answer {
                    let shows = match resource {
                        Resource::Picture(_, preset) | Resource::Download(_, Version::Proxy(preset)) => {
                            preset.as_str() != "audio"
                        }
                        _ => false,
                    };
                    let watermarked = link.watermark && shows;
                    let by_address = !watermarked && may_be_passed_on(link, resource);
                    assert_eq!(permit, Permit { watermarked, by_address }, "{link:?} {resource:?}");
                    allowed += 1;
                } else {
                    refused += 1;
                }
            }
        }
    }
    (allowed, refused)
}

#[test]
fn every_lifetime_password_and_setting() {
    let target = TargetFacts {
        in_link: true,
        source: AssetSource::Library,
        original: OriginalState::Available,
        creator: Rights::ALL,
    };
    let links: Vec<_> = lifetimes().into_iter().flat_map(links).collect();
    let (allowed, refused) = compare(&links, &resources(&[target]));
    assert!(allowed > 10_000 && refused > 100_000, "{allowed} allowed, {refused} refused");
}

#[test]
fn every_target_and_setting() {
    let links: Vec<_> = links(Lifetime::default());
    let (allowed, refused) = compare(&links, &resources(&targets()));
    assert!(allowed > 10_000 && refused > 100_000, "{allowed} allowed, {refused} refused");
}

#[test]
fn a_link_is_open_while_anything_of_it_can_be_had() {
    let target = TargetFacts {
        in_link: true,
        source: AssetSource::Library,
        original: OriginalState::Available,
        creator: Rights::ALL,
    };
    for link in lifetimes().into_iter().flat_map(links) {
        let knows_all = VisitorFacts { unlocked: true, counted: false };
        let any = resources(&[target]).into_iter().any(|resource| decide(&link, knows_all, resource, NOW).is_ok());
        assert_eq!(is_open(&link, NOW), any, "{link:?}");
    }
}

#[test]
fn the_state_follows_from_the_facts() {
    let open = Lifetime::default();
    let cases = [
        (open, LinkState::Active),
        (Lifetime { disabled: true, expires_at: Some(NOW), ..open }, LinkState::Disabled),
        (Lifetime { expires_at: Some(NOW), max_downloads: Some(1), download_count: 1, ..open }, LinkState::Expired),
        (Lifetime { expires_at: Some(NOW + TimeDelta::microseconds(1)), ..open }, LinkState::Active),
        (Lifetime { max_downloads: Some(1), download_count: 1, ..open }, LinkState::Exhausted),
        (Lifetime { starts_at: Some(NOW + TimeDelta::microseconds(1)), ..open }, LinkState::Scheduled),
        (Lifetime { starts_at: Some(NOW), ..open }, LinkState::Active),
    ];
    for (lifetime, state) in cases {
        assert_eq!(lifetime.state(NOW), state, "{lifetime:?}");
    }
}

#[test]
fn internal_links_follow_the_rights_of_whoever_is_signed_in() {
    for target in targets().iter().filter(|target| target.in_link) {
        let facts = (target.source, target.original);
        let may = |right| target.creator.has(right);
        let (read, ours) = (may(Right::Read), target.source == AssetSource::Library);
        let available = target.original == OriginalState::Available;
        let cases = [
            (None, read),
            (Some(Version::Original), read && ours && available && may(Right::DownloadOriginal)),
            (Some(Version::Proxy(Preset::Preview)), read && ours && may(Right::DownloadProxy)),
            (Some(Version::Attachment), read && ours && may(Right::DownloadAttachment)),
        ];
        for (version, expected) in cases {
            assert_eq!(decide_internal(facts, target.creator, version), expected, "{target:?} {version:?}");
        }
    }
}
