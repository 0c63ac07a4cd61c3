DROP FUNCTION granted_rights_on_collection;
DROP FUNCTION granted_everywhere;
DROP FUNCTION granted_rights_on;
DROP FUNCTION granted_rights;
DROP FUNCTION rules_of;
DROP TABLE access_rules;
DROP TABLE user_group_members;
DROP TABLE user_groups;
