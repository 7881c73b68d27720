CREATE TABLE `identity_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text,
	`user_id` text NOT NULL,
	`change` text NOT NULL,
	`subject` text NOT NULL,
	`allowed_at` integer,
	`allowed_by_subject_at` integer,
	`done_at` integer,
	`undo_hash` text,
	`kept` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_changes_undo` ON `identity_changes` (`undo_hash`);--> statement-breakpoint
CREATE INDEX `identity_changes_user` ON `identity_changes` (`user_id`,`client_id`);--> statement-breakpoint
CREATE INDEX `identity_changes_expires` ON `identity_changes` (`expires_at`);--> statement-breakpoint
DROP INDEX `audit_events_client`;--> statement-breakpoint
DROP INDEX `audit_events_user`;--> statement-breakpoint
DROP INDEX `audit_events_partner`;--> statement-breakpoint
DROP INDEX `audit_events_connection`;--> statement-breakpoint
DROP INDEX `audit_events_ip`;--> statement-breakpoint
CREATE INDEX `audit_events_client` ON `audit_events` (`client_id`,`id`) WHERE "audit_events"."client_id" is not null;--> statement-breakpoint
CREATE INDEX `audit_events_user` ON `audit_events` (`user_id`,`id`) WHERE "audit_events"."user_id" is not null;--> statement-breakpoint
CREATE INDEX `audit_events_partner` ON `audit_events` (`partner_id`,`id`) WHERE "audit_events"."partner_id" is not null;--> statement-breakpoint
CREATE INDEX `audit_events_connection` ON `audit_events` (`connection_id`,`id`) WHERE "audit_events"."connection_id" is not null;--> statement-breakpoint
CREATE INDEX `audit_events_ip` ON `audit_events` (`ip`,`id`) WHERE "audit_events"."ip" is not null;--> statement-breakpoint
DROP INDEX `token_families_grant`;--> statement-breakpoint
DROP INDEX `token_families_session`;--> statement-breakpoint
DROP INDEX `token_families_device`;--> statement-breakpoint
CREATE INDEX `token_families_connection` ON `token_families` (`connection_id`) WHERE "token_families"."connection_id" is not null;--> statement-breakpoint
CREATE INDEX `token_families_grant` ON `token_families` (`grant_id`) WHERE "token_families"."grant_id" is not null;--> statement-breakpoint
CREATE INDEX `token_families_session` ON `token_families` (`session_id`) WHERE "token_families"."session_id" is not null;--> statement-breakpoint
CREATE INDEX `token_families_device` ON `token_families` (`device_credential_id`) WHERE "token_families"."device_credential_id" is not null;--> statement-breakpoint
ALTER TABLE `clients` ADD `former_security_mode` text;--> statement-breakpoint
ALTER TABLE `clients` ADD `document_fresh_until` integer;--> statement-breakpoint
ALTER TABLE `identities` ADD `issuer` text;--> statement-breakpoint
ALTER TABLE `users` ADD `credential_epoch` integer DEFAULT 0 NOT NULL;