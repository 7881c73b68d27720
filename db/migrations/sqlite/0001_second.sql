CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`encrypted_mail` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mails_next` ON `mails` (`next_attempt_at`);