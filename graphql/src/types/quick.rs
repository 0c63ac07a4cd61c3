//! Objects of which a page has many, resolved without a future for each field.
//!
//! async-graphql makes a boxed future for each field of each object, although nearly all fields of a row wait for nothing. In a
//! page of 50 links with their assets and creators these are 850 futures, which cost more than the statements. Here those fields
//! are asked on the stack, and only the others become futures. Whatever is unusual in a request (directives of the schema,
//! fragments on interfaces, two selections under one name) is left to async-graphql. The schema has no extensions, which would
//! be passed by.

use async_graphql::{
    ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    futures_util::{
        self, FutureExt,
        future::{BoxFuture, try_join_all},
    },
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::{MetaType, Registry},
    resolver_utils::{ContainerType, resolve_container},
};
use std::{borrow::Cow, task::Poll};

/// An object with fields that wait for nothing.
pub(crate) trait PlainFields: ContainerType {
    /// The names of these fields. To leave one out costs time only.
    const PLAIN: &'static [&'static str];
}

/// An object that is resolved quickly. To clients it is the object.
pub(crate) struct Quick<T>(pub(crate) T);

impl<T: PlainFields> OutputType for Quick<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        match resolve(ctx, &self.0).await? {
            Some(object) => Ok(object),
            None => resolve_container(ctx, &self.0).await,
        }
    }
}

/// Resolves the object; none, if the request wants something unusual.
pub(crate) async fn resolve<T: PlainFields>(ctx: &ContextSelectionSet<'_>, object: &T) -> ServerResult<Option<Value>> {
    let type_name = T::type_name();
    let mut fields = Vec::with_capacity(ctx.item.node.items.len());
    if !select(ctx, &type_name, ctx.item, &mut fields) {
        return Ok(None);
    }
    let mut values: Vec<(Name, Value)> = Vec::with_capacity(fields.len());
    let mut waiting: Vec<BoxFuture<'_, ServerResult<(usize, Value)>>> = Vec::new();
    for (place, field) in fields.into_iter().enumerate() {
        let name = field.node.name.node.as_str();
        let key = field.node.response_key().node.clone();
        if name == "__typename" {
            values.push((key, Value::String(type_name.clone().into_owned())));
            continue;
        }
        if T::PLAIN.contains(&name) {
            let found = object.resolve_field(&ctx.with_field(field)).now_or_never();
            debug_assert!(found.is_some(), "{type_name}.{name} is not plain");
            if let Some(value) = found {
                values.push((key, value?.unwrap_or_default()));
                continue;
            }
        }
        let ctx = ctx.clone();
        let mut value: BoxFuture<'_, ServerResult<(usize, Value)>> = Box::pin(async move {
            let value = object.resolve_field(&ctx.with_field(field)).await?;
            Ok((place, value.unwrap_or_default()))
        });
        // What it asks for may have been loaded ahead.
        match futures_util::poll!(&mut value) {
            Poll::Ready(found) => values.push((key, found?.1)),
            Poll::Pending => {
                values.push((key, Value::Null));
                waiting.push(value);
            }
        }
    }
    if !waiting.is_empty() {
        for (place, value) in try_join_all(waiting).await? {
            values[place].1 = value;
        }
    }
    let mut map = IndexMap::with_capacity(values.len());
    for (name, value) in values {
        if map.insert(name, value).is_some() {
            // To be merged.
            return Ok(None);
        }
    }
    Ok(Some(Value::Object(map)))
}

/// Adds the selected fields of a type; `false`, if there is something unusual.
fn select<'a>(
    ctx: &ContextSelectionSet<'a>,
    type_name: &str,
    set: &'a Positioned<SelectionSet>,
    fields: &mut Vec<&'a Positioned<Field>>,
) -> bool {
    set.node.items.iter().all(|selection| {
        let (condition, set) = match &selection.node {
            Selection::Field(field) => {
                fields.push(field);
                return field.node.directives.is_empty();
            }
            Selection::FragmentSpread(spread) => match ctx.query_env.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => (Some(&fragment.node.type_condition), &fragment.node.selection_set),
                None => return false,
            },
            Selection::InlineFragment(fragment) => {
                (fragment.node.type_condition.as_ref(), &fragment.node.selection_set)
            }
        };
        match condition.map(|condition| condition.node.on.node.as_str()) {
            None => select(ctx, type_name, set, fields),
            Some(condition) if condition == type_name => select(ctx, type_name, set, fields),
            // Another object's.
            Some(condition) => matches!(ctx.schema_env.registry.types.get(condition), Some(MetaType::Object { .. })),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{
        asset::Asset,
        link::Link,
        proxy::Proxy,
        shared_link::{SharedAsset, SharedDownload, SharedPicture, SharedTrack},
        user::User,
    };

    fn check<T: PlainFields>(sdl: &str) {
        let (_, fields) = sdl.split_once(&format!("type {} ", T::type_name())).unwrap();
        let (fields, _) = fields.split_once("\n}").unwrap();
        for name in T::PLAIN {
            let is_there = [format!("\t{name}:"), format!("\t{name}(")].iter().any(|field| fields.contains(field));
            assert!(is_there, "{}.{name}", T::type_name());
        }
    }

    #[test]
    fn plain_fields_exist() {
        let sdl = crate::sdl();
        check::<Asset>(&sdl);
        check::<Link>(&sdl);
        check::<Proxy>(&sdl);
        check::<SharedAsset>(&sdl);
        check::<SharedDownload<'_>>(&sdl);
        check::<SharedPicture<'_>>(&sdl);
        check::<SharedTrack<'_>>(&sdl);
        check::<User>(&sdl);
    }
}
