CREATE TABLE `access_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`family_id` text NOT NULL,
	`scope` text NOT NULL,
	`dpop_jkt` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `token_families`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `access_tokens_family` ON `access_tokens` (`family_id`);--> statement-breakpoint
CREATE INDEX `access_tokens_expires` ON `access_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `app_testers` (
	`client_id` text NOT NULL,
	`email` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`client_id`, `email`),
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `app_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`number` integer NOT NULL,
	`state` text NOT NULL,
	`manifest` text NOT NULL,
	`submissions` integer NOT NULL,
	`sent_back_manifest` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`submitted_at` integer,
	`submitted_by` text,
	`decided_at` integer,
	`decided_by` text,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `app_versions_number` ON `app_versions` (`client_id`,`number`);--> statement-breakpoint
CREATE INDEX `app_versions_state` ON `app_versions` (`state`,`submitted_at`);--> statement-breakpoint
CREATE TABLE `apps` (
	`client_id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`live_version_id` text,
	`proposed_version_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `apps_partner` ON `apps` (`partner_id`,`created_at`,`client_id`);--> statement-breakpoint
CREATE INDEX `apps_created_at` ON `apps` (`created_at`,`client_id`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`name` text NOT NULL,
	`subject` text NOT NULL,
	`origin` text NOT NULL,
	`points` integer NOT NULL,
	`is_blocked` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`name`, `subject`, `origin`)
);
--> statement-breakpoint
CREATE INDEX `attempts_expires` ON `attempts` (`expires_at`);--> statement-breakpoint
CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`type` text NOT NULL,
	`actor_type` text NOT NULL,
	`actor_id` text,
	`actor_name` text,
	`target_type` text,
	`target_id` text,
	`target_name` text,
	`client_id` text,
	`user_id` text,
	`partner_id` text,
	`connection_id` text,
	`ip` text,
	`user_agent` text,
	`request_id` text,
	`details` text
);
--> statement-breakpoint
CREATE INDEX `audit_events_client` ON `audit_events` (`client_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_user` ON `audit_events` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_partner` ON `audit_events` (`partner_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_connection` ON `audit_events` (`connection_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_ip` ON `audit_events` (`ip`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_action` ON `audit_events` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_type` ON `audit_events` (`type`,`id`);--> statement-breakpoint
CREATE TABLE `authenticators` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`name` text NOT NULL,
	`encrypted_secret` text NOT NULL,
	`visitor_hash` text NOT NULL,
	`last_step` integer,
	`confirmed_at` integer,
	`last_used_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `authenticators_user` ON `authenticators` (`user_id`);--> statement-breakpoint
CREATE TABLE `authorization_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`grant_id` text,
	`session_id` text NOT NULL,
	`family_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`audience` text,
	`scope` text NOT NULL,
	`nonce` text,
	`code_challenge` text,
	`dpop_jkt` text,
	`auth_time` integer NOT NULL,
	`amr` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`redeemed_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `authorization_codes_expires` ON `authorization_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `authorization_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`params` text NOT NULL,
	`visitor_hash` text NOT NULL,
	`session_id` text,
	`consented_scope` text,
	`consented_by` text,
	`denied_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`completed_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `authorization_requests_expires` ON `authorization_requests` (`expires_at`);--> statement-breakpoint
CREATE TABLE `client_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`audience` text NOT NULL,
	`subject_type` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `client_grants_client_audience` ON `client_grants` (`client_id`,`audience`,`subject_type`);--> statement-breakpoint
CREATE INDEX `client_grants_created_at` ON `client_grants` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `client_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`name` text NOT NULL,
	`kid` text NOT NULL,
	`alg` text NOT NULL,
	`public_jwk` text NOT NULL,
	`enabled` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_used_at` integer,
	`expires_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `client_keys_kid` ON `client_keys` (`client_id`,`kid`);--> statement-breakpoint
CREATE TABLE `client_origins` (
	`origin` text NOT NULL,
	`client_id` text NOT NULL,
	PRIMARY KEY(`origin`, `client_id`),
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `client_origins_client` ON `client_origins` (`client_id`);--> statement-breakpoint
CREATE TABLE `client_secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`secret_hash` text NOT NULL,
	`encrypted_secret` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`expires_at` integer,
	`retired_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `client_secrets_client` ON `client_secrets` (`client_id`);--> statement-breakpoint
CREATE TABLE `client_usage` (
	`client_id` text NOT NULL,
	`date` text NOT NULL,
	`name` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`client_id`, `date`, `name`),
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `client_usage_date` ON `client_usage` (`date`);--> statement-breakpoint
CREATE TABLE `clients` (
	`client_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`app_type` text,
	`is_first_party` integer NOT NULL,
	`third_party_security_mode` text,
	`token_endpoint_auth_method` text,
	`callbacks` text NOT NULL,
	`allowed_logout_urls` text NOT NULL,
	`web_origins` text NOT NULL,
	`allowed_origins` text NOT NULL,
	`backchannel_logout_uris` text NOT NULL,
	`initiate_login_uri` text,
	`grant_types` text NOT NULL,
	`id_token_alg` text NOT NULL,
	`id_token_lifetime` integer NOT NULL,
	`refresh_token` text NOT NULL,
	`jwks_uri` text,
	`require_pushed_authorization_requests` integer NOT NULL,
	`require_signed_request_object` integer NOT NULL,
	`dpop_bound_access_tokens` integer NOT NULL,
	`cross_origin_authentication` integer NOT NULL,
	`resource_server_identifier` text,
	`logo_uri` text,
	`homepage_uri` text,
	`privacy_policy_uri` text,
	`terms_uri` text,
	`client_metadata` text,
	`kept_properties` text,
	`scope_requests` text,
	`availability` text NOT NULL,
	`source` text NOT NULL,
	`registration_token_hash` text,
	`reviewed_at` integer,
	`suspended_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "clients_party" CHECK(("clients"."is_first_party") = ("clients"."third_party_security_mode" is null)),
	CONSTRAINT "clients_public_id_token" CHECK("clients"."token_endpoint_auth_method" is null or "clients"."token_endpoint_auth_method" <> 'none' or "clients"."id_token_alg" <> 'HS256')
);
--> statement-breakpoint
CREATE INDEX `clients_name` ON `clients` (lower("name"));--> statement-breakpoint
CREATE INDEX `clients_created_at` ON `clients` (`created_at`,`client_id`);--> statement-breakpoint
CREATE TABLE `connection_clients` (
	`connection_id` text NOT NULL,
	`client_id` text NOT NULL,
	PRIMARY KEY(`connection_id`, `client_id`),
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `connection_clients_client` ON `connection_clients` (`client_id`);--> statement-breakpoint
CREATE TABLE `connection_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`alg` text NOT NULL,
	`public_jwk` text NOT NULL,
	`encrypted_private_jwk` text NOT NULL,
	`certificate` text NOT NULL,
	`created_at` integer NOT NULL,
	`activated_at` integer,
	`retired_at` integer,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `connection_keys_connection` ON `connection_keys` (`connection_id`);--> statement-breakpoint
CREATE TABLE `connections` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`display_name` text,
	`strategy` text NOT NULL,
	`options` text NOT NULL,
	`encrypted_client_secret` text,
	`realms` text NOT NULL,
	`metadata` text,
	`show_as_button` integer NOT NULL,
	`is_active` integer NOT NULL,
	`is_domain_connection` integer NOT NULL,
	`area` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connections_name` ON `connections` (`name`);--> statement-breakpoint
CREATE INDEX `connections_created_at` ON `connections` (`created_at`);--> statement-breakpoint
CREATE TABLE `counted_events` (
	`id` text PRIMARY KEY NOT NULL,
	`until` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `custom_texts` (
	`prompt` text NOT NULL,
	`language` text NOT NULL,
	`texts` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`prompt`, `language`)
);
--> statement-breakpoint
CREATE TABLE `daily_stats` (
	`date` text PRIMARY KEY NOT NULL,
	`logins` integer NOT NULL,
	`signups` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `device_codes` (
	`device_code_hash` text PRIMARY KEY NOT NULL,
	`user_code_hash` text NOT NULL,
	`client_id` text NOT NULL,
	`audience` text,
	`scope` text NOT NULL,
	`interval` integer NOT NULL,
	`last_polled_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ip` text,
	`user_agent` text,
	`allowed_by` text,
	`allowed_scope` text,
	`allowed_at` integer,
	`grant_id` text,
	`auth_time` integer,
	`amr` text,
	`denied_at` integer,
	`redeemed_at` integer,
	`family_id` text NOT NULL,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_codes_user_code` ON `device_codes` (`user_code_hash`);--> statement-breakpoint
CREATE INDEX `device_codes_expires` ON `device_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `device_credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`client_id` text NOT NULL,
	`device_id` text NOT NULL,
	`device_name` text NOT NULL,
	`public_jwk` text NOT NULL,
	`jkt` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_credentials_device` ON `device_credentials` (`user_id`,`client_id`,`device_id`);--> statement-breakpoint
CREATE INDEX `device_credentials_client` ON `device_credentials` (`client_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `device_credentials_key` ON `device_credentials` (`user_id`,`client_id`,`jkt`);--> statement-breakpoint
CREATE TABLE `email_templates` (
	`template` text PRIMARY KEY NOT NULL,
	`from` text,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`url_lifetime_in_seconds` integer,
	`enabled` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `event_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`receiver_id` text NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`attempts` text NOT NULL,
	`waits` integer NOT NULL,
	`next_attempt_at` integer,
	`delivered_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`receiver_id`) REFERENCES `event_receivers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `event_deliveries_due` ON `event_deliveries` (`receiver_id`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `event_deliveries_receiver` ON `event_deliveries` (`receiver_id`,`id`);--> statement-breakpoint
CREATE INDEX `event_deliveries_created` ON `event_deliveries` (`created_at`);--> statement-breakpoint
CREATE TABLE `event_receivers` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`status` text NOT NULL,
	`selection` text NOT NULL,
	`content_type` text,
	`content_format` text,
	`encrypted_secrets` text NOT NULL,
	`cursor` text NOT NULL,
	`next_turn_at` integer NOT NULL,
	`failures` integer NOT NULL,
	`failing_since` integer,
	`last_problem` text,
	`last_delivery_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `event_receivers_turn` ON `event_receivers` (`status`,`next_turn_at`);--> statement-breakpoint
CREATE INDEX `event_receivers_kind` ON `event_receivers` (`kind`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`client_id` text NOT NULL,
	`audience` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `grants_user_client_audience` ON `grants` (`user_id`,`client_id`,`audience`);--> statement-breakpoint
CREATE INDEX `grants_client` ON `grants` (`client_id`,`id`);--> statement-breakpoint
CREATE INDEX `grants_audience` ON `grants` (`audience`,`id`);--> statement-breakpoint
CREATE TABLE `identities` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`provider` text NOT NULL,
	`provider_user_id` text NOT NULL,
	`login` text,
	`password_hash` text,
	`profile` text,
	`linked_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `identities_login` ON `identities` (`connection_id`,`login`);--> statement-breakpoint
CREATE UNIQUE INDEX `identities_provider_user` ON `identities` (`connection_id`,`provider_user_id`);--> statement-breakpoint
CREATE INDEX `identities_user` ON `identities` (`user_id`);--> statement-breakpoint
CREATE INDEX `identities_provider_user_id` ON `identities` (`provider_user_id`);--> statement-breakpoint
CREATE TABLE `initial_access_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`label` text NOT NULL,
	`quota` integer NOT NULL,
	`used` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `initial_access_tokens_token` ON `initial_access_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `initial_access_tokens_created_at` ON `initial_access_tokens` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`ticket_hash` text NOT NULL,
	`partner_id` text,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_ticket` ON `invitations` (`ticket_hash`);--> statement-breakpoint
CREATE INDEX `invitations_partner` ON `invitations` (`partner_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `job_parts` (
	`job_id` text NOT NULL,
	`position` integer NOT NULL,
	`state` text NOT NULL,
	`content` text NOT NULL,
	`errors` text NOT NULL,
	PRIMARY KEY(`job_id`, `position`),
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`task` text NOT NULL,
	`connection_id` text,
	`external_id` text,
	`actor_type` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`total` integer,
	`done` integer NOT NULL,
	`inserted` integer NOT NULL,
	`updated` integer NOT NULL,
	`failed` integer NOT NULL,
	`exported_until` integer,
	`exported_until_id` text,
	`holder` text,
	`held_until` integer,
	`problem` text,
	`created_at` integer NOT NULL,
	`finished_at` integer
);
--> statement-breakpoint
CREATE INDEX `jobs_open` ON `jobs` (`finished_at`,`held_until`);--> statement-breakpoint
CREATE TABLE `login_tickets` (
	`ticket_hash` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`visitor_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `login_tickets_expires` ON `login_tickets` (`expires_at`);--> statement-breakpoint
CREATE TABLE `logout_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`session_id` text NOT NULL,
	`user_id` text NOT NULL,
	`uri` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `logout_deliveries_next` ON `logout_deliveries` (`delivered_at`,`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `mfa_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`client_id` text,
	`audience` text,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mfa_tokens_expires` ON `mfa_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `partner_api_clients` (
	`client_id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `partner_api_clients_partner` ON `partner_api_clients` (`partner_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `partner_members` (
	`partner_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`partner_id`, `user_id`),
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `partner_members_user` ON `partner_members` (`user_id`);--> statement-breakpoint
CREATE TABLE `partners` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`website_uri` text,
	`suspended_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `partners_created_at` ON `partners` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `pushed_requests` (
	`request_uri_hash` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`params` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `pushed_requests_expires` ON `pushed_requests` (`expires_at`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `recovery_codes_user` ON `recovery_codes` (`user_id`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`family_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`idle_expires_at` integer,
	`rotated_at` integer,
	FOREIGN KEY (`family_id`) REFERENCES `token_families`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_family` ON `refresh_tokens` (`family_id`);--> statement-breakpoint
CREATE TABLE `refusals` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`at` integer NOT NULL,
	`endpoint` text NOT NULL,
	`error` text NOT NULL,
	`description` text NOT NULL,
	`detail` text,
	`sent` text NOT NULL,
	`registered` text NOT NULL,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refusals_client` ON `refusals` (`client_id`,`at`);--> statement-breakpoint
CREATE INDEX `refusals_at` ON `refusals` (`at`);--> statement-breakpoint
CREATE TABLE `resource_server_scopes` (
	`resource_server_id` text NOT NULL,
	`value` text NOT NULL,
	`description` text NOT NULL,
	`sensitivity` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`resource_server_id`, `value`),
	FOREIGN KEY (`resource_server_id`) REFERENCES `resource_servers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `resource_servers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`identifier` text NOT NULL,
	`description` text,
	`signing_alg` text NOT NULL,
	`token_lifetime` integer NOT NULL,
	`token_lifetime_for_web` integer NOT NULL,
	`allow_offline_access` integer NOT NULL,
	`skip_consent_for_verifiable_first_party_clients` integer NOT NULL,
	`open_to_partners` integer NOT NULL,
	`is_system` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `resource_servers_identifier` ON `resource_servers` (`identifier`);--> statement-breakpoint
CREATE INDEX `resource_servers_created_at` ON `resource_servers` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `review_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`version_id` text NOT NULL,
	`author_id` text NOT NULL,
	`author_side` text NOT NULL,
	`act` text NOT NULL,
	`message` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`version_id`) REFERENCES `app_versions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `review_messages_client` ON `review_messages` (`client_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`area` text NOT NULL,
	`user_id` text NOT NULL,
	`connection_id` text NOT NULL,
	`amr` text NOT NULL,
	`authenticated_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`logout_queued_at` integer,
	`ip` text,
	`user_agent` text,
	`metadata` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_expires` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_logout` ON `sessions` (`logout_queued_at`,`ended_at`);--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`alg` text NOT NULL,
	`public_jwk` text NOT NULL,
	`encrypted_private_jwk` text NOT NULL,
	`certificate` text NOT NULL,
	`created_at` integer NOT NULL,
	`activated_at` integer,
	`retired_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE TABLE `tenant_members` (
	`user_id` text PRIMARY KEY NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `tenant_settings` (
	`id` text PRIMARY KEY NOT NULL,
	`friendly_name` text NOT NULL,
	`picture_url` text,
	`support_email` text,
	`support_url` text,
	`default_audience` text,
	`default_directory` text,
	`allowed_logout_urls` text NOT NULL,
	`session_lifetime` integer NOT NULL,
	`idle_session_lifetime` integer NOT NULL,
	`default_third_party_security_mode` text NOT NULL,
	`registration` text NOT NULL,
	`registered_clients_are` text NOT NULL,
	`client_metadata_hosts` text NOT NULL,
	`flags` text NOT NULL,
	`device_flow` text NOT NULL,
	`session_cookie_mode` text NOT NULL,
	`asks_before_logout` integer NOT NULL,
	`publishes_logout_endpoint` integer NOT NULL,
	`error_page_url` text,
	`branding` text NOT NULL,
	`brute_force_protection` text NOT NULL,
	`suspicious_ip_throttling` text NOT NULL,
	`breached_password_detection` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tickets` (
	`ticket_hash` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text,
	`email` text,
	`proves_email` integer NOT NULL,
	`result_url` text,
	`tells_email` integer NOT NULL,
	`client_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tickets_user` ON `tickets` (`user_id`);--> statement-breakpoint
CREATE INDEX `tickets_expires` ON `tickets` (`expires_at`);--> statement-breakpoint
CREATE TABLE `token_families` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`grant_id` text,
	`session_id` text,
	`audience` text,
	`scope` text NOT NULL,
	`auth_time` integer NOT NULL,
	`amr` text NOT NULL,
	`dpop_jkt` text,
	`device_credential_id` text,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`revoked_at` integer,
	`metadata` text,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`client_id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `token_families_user_client` ON `token_families` (`user_id`,`client_id`);--> statement-breakpoint
CREATE INDEX `token_families_client` ON `token_families` (`client_id`,`id`);--> statement-breakpoint
CREATE INDEX `token_families_grant` ON `token_families` (`grant_id`);--> statement-breakpoint
CREATE INDEX `token_families_session` ON `token_families` (`session_id`);--> statement-breakpoint
CREATE INDEX `token_families_device` ON `token_families` (`device_credential_id`);--> statement-breakpoint
CREATE TABLE `upstream_logins` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`visitor_hash` text NOT NULL,
	`request_id` text,
	`continue_at` text,
	`link_session_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`connection_id`) REFERENCES `connections`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `upstream_logins_connection` ON `upstream_logins` (`connection_id`);--> statement-breakpoint
CREATE INDEX `upstream_logins_expires` ON `upstream_logins` (`expires_at`);--> statement-breakpoint
CREATE TABLE `used_token_ids` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `used_token_ids_expires` ON `used_token_ids` (`expires_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`user_id` text PRIMARY KEY NOT NULL,
	`email` text,
	`email_verified` integer NOT NULL,
	`name` text NOT NULL,
	`nickname` text,
	`given_name` text,
	`family_name` text,
	`picture` text,
	`locale` text,
	`user_metadata` text,
	`app_metadata` text,
	`blocked_at` integer,
	`password_changed_at` integer,
	`last_login_at` integer,
	`last_ip` text,
	`logins_count` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `users_email` ON `users` (lower("email"));--> statement-breakpoint
CREATE INDEX `users_name` ON `users` (lower("name"));--> statement-breakpoint
CREATE INDEX `users_nickname` ON `users` (lower("nickname"));--> statement-breakpoint
CREATE INDEX `users_given_name` ON `users` (lower("given_name"));--> statement-breakpoint
CREATE INDEX `users_family_name` ON `users` (lower("family_name"));--> statement-breakpoint
CREATE INDEX `users_name_order` ON `users` (`name`,`user_id`);--> statement-breakpoint
CREATE INDEX `users_created_at` ON `users` (`created_at`,`user_id`);--> statement-breakpoint
CREATE INDEX `users_updated_at` ON `users` (`updated_at`,`user_id`);--> statement-breakpoint
CREATE INDEX `users_last_login_at` ON `users` (`last_login_at`);--> statement-breakpoint
CREATE INDEX `users_logins_count` ON `users` (`logins_count`,`user_id`);--> statement-breakpoint
CREATE INDEX `users_blocked_at` ON `users` (`blocked_at`) WHERE "users"."blocked_at" is not null;--> statement-breakpoint
CREATE INDEX `users_email_verified` ON `users` (`email_verified`,`created_at`);