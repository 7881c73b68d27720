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
ALTER TABLE `client_grants` ADD `updated_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `device_codes` ADD `connection_id` text;--> statement-breakpoint
ALTER TABLE `resource_server_scopes` ADD `created_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `token_families` ADD `connection_id` text;
--> statement-breakpoint
-- rows of before
UPDATE token_families SET connection_id = coalesce(
  (SELECT sessions.connection_id FROM sessions WHERE sessions.id = token_families.session_id),
  (SELECT identities.connection_id FROM identities WHERE identities.user_id = token_families.user_id AND identities.linked_at IS NULL)
);
