CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`encrypted_mail` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mails_next` ON `mails` (`next_attempt_at`);--> statement-breakpoint
ALTER TABLE `app_testers` ADD `ticket_hash` text;--> statement-breakpoint
ALTER TABLE `app_testers` ADD `user_id` text;--> statement-breakpoint
ALTER TABLE `app_testers` ADD `accepted_at` integer;--> statement-breakpoint
ALTER TABLE `client_grants` ADD `updated_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `clients` ADD `pkce` text;--> statement-breakpoint
ALTER TABLE `connections` ADD `has_shared_callback` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `device_codes` ADD `connection_id` text;--> statement-breakpoint
ALTER TABLE `grants` ADD `presented_as` text;--> statement-breakpoint
ALTER TABLE `invitations` ADD `inviter_id` text;--> statement-breakpoint
CREATE INDEX `invitations_inviter` ON `invitations` (`inviter_id`);--> statement-breakpoint
ALTER TABLE `partner_api_clients` ADD `secret_known_to` text;--> statement-breakpoint
ALTER TABLE `resource_server_scopes` ADD `created_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `tenant_settings` ADD `issuer` text;--> statement-breakpoint
ALTER TABLE `tenant_settings` ADD `former_issuers` text;--> statement-breakpoint
ALTER TABLE `tenant_settings` ADD `former_issuer_days` integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE `tenant_settings` ADD `third_party_pkce_required` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `token_families` ADD `connection_id` text;--> statement-breakpoint
ALTER TABLE `upstream_logins` ADD `fresh_since` integer;
--> statement-breakpoint
-- rows of before
UPDATE token_families SET connection_id = coalesce(
  (SELECT sessions.connection_id FROM sessions WHERE sessions.id = token_families.session_id),
  (SELECT identities.connection_id FROM identities WHERE identities.user_id = token_families.user_id AND identities.linked_at IS NULL)
);
--> statement-breakpoint
-- Of two second factors that a race let in, the older one is asked for: it stays.
DELETE FROM `authenticators` WHERE `confirmed_at` IS NOT NULL AND EXISTS (SELECT 1 FROM `authenticators` `older` WHERE `older`.`user_id` = `authenticators`.`user_id` AND `older`.`confirmed_at` IS NOT NULL AND (`older`.`created_at` < `authenticators`.`created_at` OR (`older`.`created_at` = `authenticators`.`created_at` AND `older`.`id` < `authenticators`.`id`)));
--> statement-breakpoint
CREATE UNIQUE INDEX `authenticators_confirmed` ON `authenticators` (`user_id`) WHERE `confirmed_at` IS NOT NULL;
--> statement-breakpoint
-- Clients without a use for a secret had one.
DELETE FROM client_secrets WHERE client_id IN (SELECT client_id FROM clients WHERE token_endpoint_auth_method IN ('none', 'private_key_jwt'));
--> statement-breakpoint
UPDATE app_testers SET user_id = (
  SELECT users.user_id FROM users
  JOIN identities ON identities.user_id = users.user_id AND identities.linked_at IS NULL
  JOIN connections ON connections.id = identities.connection_id AND connections.strategy = 'auth0' AND connections.area IS NULL
  WHERE lower(users.email) = app_testers.email AND users.email_verified
  ORDER BY users.created_at LIMIT 1);
--> statement-breakpoint
UPDATE app_testers SET accepted_at = created_at WHERE user_id IS NOT NULL;
--> statement-breakpoint
UPDATE `connections` SET `has_shared_callback` = true WHERE `strategy` <> 'auth0';
--> statement-breakpoint
-- The limit of a network was 10 by default: an office behind one address closed itself.
UPDATE `tenant_settings` SET `suspicious_ip_throttling` = json_set(`suspicious_ip_throttling`, '$.stage.pre-login', json('{"max_attempts":100,"rate":9000}')) WHERE json_extract(`suspicious_ip_throttling`, '$.stage.pre-login.max_attempts') = 10 AND json_extract(`suspicious_ip_throttling`, '$.stage.pre-login.rate') = 90000;
