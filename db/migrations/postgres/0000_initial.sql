CREATE TABLE "access_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"family_id" text NOT NULL,
	"scope" json NOT NULL,
	"dpop_jkt" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "app_testers" (
	"client_id" text NOT NULL,
	"email" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "app_testers_key" PRIMARY KEY("client_id","email")
);
--> statement-breakpoint
CREATE TABLE "app_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"manifest" json NOT NULL,
	"submissions" integer NOT NULL,
	"sent_back_manifest" json,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"submitted_at" bigint,
	"submitted_by" text,
	"decided_at" bigint,
	"decided_by" text
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"client_id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"live_version_id" text,
	"proposed_version_id" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"origin" text NOT NULL,
	"points" integer NOT NULL,
	"is_blocked" boolean NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "attempts_name_subject_origin_pk" PRIMARY KEY("name","subject","origin")
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" text PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"action" text NOT NULL,
	"type" text NOT NULL,
	"actor_type" text NOT NULL,
	"actor_id" text,
	"actor_name" text,
	"target_type" text,
	"target_id" text,
	"target_name" text,
	"client_id" text,
	"user_id" text,
	"partner_id" text,
	"connection_id" text,
	"ip" text,
	"user_agent" text,
	"request_id" text,
	"details" json
);
--> statement-breakpoint
CREATE TABLE "authenticators" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"type" text NOT NULL,
	"name" text NOT NULL,
	"encrypted_secret" text NOT NULL,
	"visitor_hash" text NOT NULL,
	"last_step" integer,
	"confirmed_at" bigint,
	"last_used_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "authorization_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"user_id" text NOT NULL,
	"grant_id" text,
	"session_id" text NOT NULL,
	"family_id" text NOT NULL,
	"redirect_uri" text NOT NULL,
	"audience" text,
	"scope" json NOT NULL,
	"nonce" text,
	"code_challenge" text,
	"dpop_jkt" text,
	"auth_time" bigint NOT NULL,
	"amr" json NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"redeemed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "authorization_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"params" json NOT NULL,
	"visitor_hash" text NOT NULL,
	"session_id" text,
	"consented_scope" json,
	"consented_by" text,
	"denied_at" bigint,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"completed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "client_grants" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"audience" text NOT NULL,
	"subject_type" text NOT NULL,
	"scope" json NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "client_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"name" text NOT NULL,
	"kid" text NOT NULL,
	"alg" text NOT NULL,
	"public_jwk" json NOT NULL,
	"enabled" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"last_used_at" bigint,
	"expires_at" bigint
);
--> statement-breakpoint
CREATE TABLE "client_origins" (
	"origin" text NOT NULL,
	"client_id" text NOT NULL,
	CONSTRAINT "client_origins_origin_client_id_pk" PRIMARY KEY("origin","client_id")
);
--> statement-breakpoint
CREATE TABLE "client_secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"secret_hash" text NOT NULL,
	"encrypted_secret" text NOT NULL,
	"hint" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"expires_at" bigint,
	"retired_at" bigint
);
--> statement-breakpoint
CREATE TABLE "client_usage" (
	"client_id" text NOT NULL,
	"date" text NOT NULL,
	"name" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "client_usage_client_id_date_name_pk" PRIMARY KEY("client_id","date","name")
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"client_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"app_type" text,
	"is_first_party" boolean NOT NULL,
	"third_party_security_mode" text,
	"token_endpoint_auth_method" text,
	"callbacks" json NOT NULL,
	"allowed_logout_urls" json NOT NULL,
	"web_origins" json NOT NULL,
	"allowed_origins" json NOT NULL,
	"backchannel_logout_uris" json NOT NULL,
	"initiate_login_uri" text,
	"grant_types" json NOT NULL,
	"id_token_alg" text NOT NULL,
	"id_token_lifetime" integer NOT NULL,
	"refresh_token" json NOT NULL,
	"jwks_uri" text,
	"require_pushed_authorization_requests" boolean NOT NULL,
	"require_signed_request_object" boolean NOT NULL,
	"dpop_bound_access_tokens" boolean NOT NULL,
	"cross_origin_authentication" boolean NOT NULL,
	"resource_server_identifier" text,
	"logo_uri" text,
	"homepage_uri" text,
	"privacy_policy_uri" text,
	"terms_uri" text,
	"client_metadata" json,
	"kept_properties" json,
	"scope_requests" json,
	"availability" text NOT NULL,
	"source" text NOT NULL,
	"registration_token_hash" text,
	"reviewed_at" bigint,
	"suspended_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "clients_party" CHECK (("clients"."is_first_party") = ("clients"."third_party_security_mode" is null)),
	CONSTRAINT "clients_public_id_token" CHECK ("clients"."token_endpoint_auth_method" is null or "clients"."token_endpoint_auth_method" <> 'none' or "clients"."id_token_alg" <> 'HS256')
);
--> statement-breakpoint
CREATE TABLE "connection_clients" (
	"connection_id" text NOT NULL,
	"client_id" text NOT NULL,
	CONSTRAINT "connection_clients_key" PRIMARY KEY("connection_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "connection_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"alg" text NOT NULL,
	"public_jwk" json NOT NULL,
	"encrypted_private_jwk" text NOT NULL,
	"certificate" text NOT NULL,
	"created_at" bigint NOT NULL,
	"activated_at" bigint,
	"retired_at" bigint
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"display_name" text,
	"strategy" text NOT NULL,
	"options" json NOT NULL,
	"encrypted_client_secret" text,
	"realms" json NOT NULL,
	"metadata" json,
	"show_as_button" boolean NOT NULL,
	"is_active" boolean NOT NULL,
	"is_domain_connection" boolean NOT NULL,
	"area" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "counted_events" (
	"id" text PRIMARY KEY NOT NULL,
	"until" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "custom_texts" (
	"prompt" text NOT NULL,
	"language" text NOT NULL,
	"texts" json NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "custom_texts_key" PRIMARY KEY("prompt","language")
);
--> statement-breakpoint
CREATE TABLE "daily_stats" (
	"date" text PRIMARY KEY NOT NULL,
	"logins" integer NOT NULL,
	"signups" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "device_codes" (
	"device_code_hash" text PRIMARY KEY NOT NULL,
	"user_code_hash" text NOT NULL,
	"client_id" text NOT NULL,
	"audience" text,
	"scope" json NOT NULL,
	"interval" integer NOT NULL,
	"last_polled_at" bigint,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"ip" text,
	"user_agent" text,
	"allowed_by" text,
	"allowed_scope" json,
	"allowed_at" bigint,
	"grant_id" text,
	"auth_time" bigint,
	"amr" json,
	"denied_at" bigint,
	"redeemed_at" bigint,
	"family_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "device_credentials" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"client_id" text NOT NULL,
	"device_id" text NOT NULL,
	"device_name" text NOT NULL,
	"public_jwk" json NOT NULL,
	"jkt" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "email_templates" (
	"template" text PRIMARY KEY NOT NULL,
	"from" text,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"url_lifetime_in_seconds" integer,
	"enabled" boolean NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"receiver_id" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"attempts" json NOT NULL,
	"waits" integer NOT NULL,
	"next_attempt_at" bigint,
	"delivered_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_receivers" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"status" text NOT NULL,
	"selection" json NOT NULL,
	"content_type" text,
	"content_format" text,
	"encrypted_secrets" text NOT NULL,
	"cursor" text NOT NULL,
	"next_turn_at" bigint NOT NULL,
	"failures" integer NOT NULL,
	"failing_since" bigint,
	"last_problem" text,
	"last_delivery_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"client_id" text NOT NULL,
	"audience" text NOT NULL,
	"scope" json NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"last_used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"provider" text NOT NULL,
	"provider_user_id" text NOT NULL,
	"login" text,
	"password_hash" text,
	"profile" json,
	"linked_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "initial_access_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"label" text NOT NULL,
	"quota" integer NOT NULL,
	"used" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"ticket_hash" text NOT NULL,
	"partner_id" text,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_parts" (
	"job_id" text NOT NULL,
	"position" integer NOT NULL,
	"state" text NOT NULL,
	"content" text NOT NULL,
	"errors" json NOT NULL,
	CONSTRAINT "job_parts_job_id_position_pk" PRIMARY KEY("job_id","position")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"task" json NOT NULL,
	"connection_id" text,
	"external_id" text,
	"actor_type" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"total" integer,
	"done" integer NOT NULL,
	"inserted" integer NOT NULL,
	"updated" integer NOT NULL,
	"failed" integer NOT NULL,
	"exported_until" bigint,
	"exported_until_id" text,
	"holder" text,
	"held_until" bigint,
	"problem" text,
	"created_at" bigint NOT NULL,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "login_tickets" (
	"ticket_hash" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"user_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"visitor_hash" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "logout_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"session_id" text NOT NULL,
	"user_id" text NOT NULL,
	"uri" text NOT NULL,
	"attempts" integer NOT NULL,
	"next_attempt_at" bigint NOT NULL,
	"last_error" text,
	"created_at" bigint NOT NULL,
	"delivered_at" bigint
);
--> statement-breakpoint
CREATE TABLE "mfa_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"client_id" text,
	"audience" text,
	"scope" json NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "partner_api_clients" (
	"client_id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "partner_members" (
	"partner_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "partner_members_key" PRIMARY KEY("partner_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "partners" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"website_uri" text,
	"suspended_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pushed_requests" (
	"request_uri_hash" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"params" json NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"family_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint,
	"idle_expires_at" bigint,
	"rotated_at" bigint
);
--> statement-breakpoint
CREATE TABLE "refusals" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"at" bigint NOT NULL,
	"endpoint" text NOT NULL,
	"error" text NOT NULL,
	"description" text NOT NULL,
	"detail" text,
	"sent" json NOT NULL,
	"registered" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "resource_server_scopes" (
	"resource_server_id" text NOT NULL,
	"value" text NOT NULL,
	"description" text NOT NULL,
	"sensitivity" text NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "resource_server_scopes_key" PRIMARY KEY("resource_server_id","value")
);
--> statement-breakpoint
CREATE TABLE "resource_servers" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"identifier" text NOT NULL,
	"description" text,
	"signing_alg" text NOT NULL,
	"token_lifetime" integer NOT NULL,
	"token_lifetime_for_web" integer NOT NULL,
	"allow_offline_access" boolean NOT NULL,
	"skip_consent_for_verifiable_first_party_clients" boolean NOT NULL,
	"open_to_partners" boolean NOT NULL,
	"is_system" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "review_messages" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"version_id" text NOT NULL,
	"author_id" text NOT NULL,
	"author_side" text NOT NULL,
	"act" text NOT NULL,
	"message" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"area" text NOT NULL,
	"user_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"amr" json NOT NULL,
	"authenticated_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"ended_at" bigint,
	"logout_queued_at" bigint,
	"ip" text,
	"user_agent" text,
	"metadata" json
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"alg" text NOT NULL,
	"public_jwk" json NOT NULL,
	"encrypted_private_jwk" text NOT NULL,
	"certificate" text NOT NULL,
	"created_at" bigint NOT NULL,
	"activated_at" bigint,
	"retired_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "tenant_members" (
	"user_id" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenant_settings" (
	"id" text PRIMARY KEY NOT NULL,
	"friendly_name" text NOT NULL,
	"picture_url" text,
	"support_email" text,
	"support_url" text,
	"default_audience" text,
	"default_directory" text,
	"allowed_logout_urls" json NOT NULL,
	"session_lifetime" integer NOT NULL,
	"idle_session_lifetime" integer NOT NULL,
	"default_third_party_security_mode" text NOT NULL,
	"registration" text NOT NULL,
	"registered_clients_are" text NOT NULL,
	"client_metadata_hosts" json NOT NULL,
	"flags" json NOT NULL,
	"device_flow" json NOT NULL,
	"session_cookie_mode" text NOT NULL,
	"asks_before_logout" boolean NOT NULL,
	"publishes_logout_endpoint" boolean NOT NULL,
	"error_page_url" text,
	"branding" json NOT NULL,
	"brute_force_protection" json NOT NULL,
	"suspicious_ip_throttling" json NOT NULL,
	"breached_password_detection" json NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"ticket_hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" text,
	"email" text,
	"proves_email" boolean NOT NULL,
	"result_url" text,
	"tells_email" boolean NOT NULL,
	"client_id" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "token_families" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"user_id" text NOT NULL,
	"grant_id" text,
	"session_id" text,
	"audience" text,
	"scope" json NOT NULL,
	"auth_time" bigint NOT NULL,
	"amr" json NOT NULL,
	"dpop_jkt" text,
	"device_credential_id" text,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint NOT NULL,
	"revoked_at" bigint,
	"metadata" json
);
--> statement-breakpoint
CREATE TABLE "upstream_logins" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"visitor_hash" text NOT NULL,
	"request_id" text,
	"continue_at" text,
	"link_session_id" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "used_token_ids" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"user_id" text PRIMARY KEY NOT NULL,
	"email" text,
	"email_verified" boolean NOT NULL,
	"name" text NOT NULL,
	"nickname" text,
	"given_name" text,
	"family_name" text,
	"picture" text,
	"locale" text,
	"user_metadata" json,
	"app_metadata" json,
	"blocked_at" bigint,
	"password_changed_at" bigint,
	"last_login_at" bigint,
	"last_ip" text,
	"logins_count" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "access_tokens" ADD CONSTRAINT "access_tokens_family_id_token_families_id_fk" FOREIGN KEY ("family_id") REFERENCES "public"."token_families"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_testers" ADD CONSTRAINT "app_testers_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_versions" ADD CONSTRAINT "app_versions_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authenticators" ADD CONSTRAINT "authenticators_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_codes" ADD CONSTRAINT "authorization_codes_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_codes" ADD CONSTRAINT "authorization_codes_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_keys" ADD CONSTRAINT "client_keys_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_origins" ADD CONSTRAINT "client_origins_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_secrets" ADD CONSTRAINT "client_secrets_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_usage" ADD CONSTRAINT "client_usage_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_clients" ADD CONSTRAINT "connection_clients_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_clients" ADD CONSTRAINT "connection_clients_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_keys" ADD CONSTRAINT "connection_keys_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_codes" ADD CONSTRAINT "device_codes_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_credentials" ADD CONSTRAINT "device_credentials_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_credentials" ADD CONSTRAINT "device_credentials_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_deliveries" ADD CONSTRAINT "event_deliveries_receiver_id_event_receivers_id_fk" FOREIGN KEY ("receiver_id") REFERENCES "public"."event_receivers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_parts" ADD CONSTRAINT "job_parts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "login_tickets" ADD CONSTRAINT "login_tickets_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "login_tickets" ADD CONSTRAINT "login_tickets_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "logout_deliveries" ADD CONSTRAINT "logout_deliveries_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mfa_tokens" ADD CONSTRAINT "mfa_tokens_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mfa_tokens" ADD CONSTRAINT "mfa_tokens_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_api_clients" ADD CONSTRAINT "partner_api_clients_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_api_clients" ADD CONSTRAINT "partner_api_clients_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_members" ADD CONSTRAINT "partner_members_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_members" ADD CONSTRAINT "partner_members_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushed_requests" ADD CONSTRAINT "pushed_requests_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_family_id_token_families_id_fk" FOREIGN KEY ("family_id") REFERENCES "public"."token_families"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refusals" ADD CONSTRAINT "refusals_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resource_server_scopes" ADD CONSTRAINT "resource_server_scopes_resource_server_id_resource_servers_id_fk" FOREIGN KEY ("resource_server_id") REFERENCES "public"."resource_servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_messages" ADD CONSTRAINT "review_messages_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_messages" ADD CONSTRAINT "review_messages_version_id_app_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."app_versions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_members" ADD CONSTRAINT "tenant_members_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_families" ADD CONSTRAINT "token_families_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_families" ADD CONSTRAINT "token_families_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "upstream_logins" ADD CONSTRAINT "upstream_logins_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_tokens_family" ON "access_tokens" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "access_tokens_expires" ON "access_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "app_versions_number" ON "app_versions" USING btree ("client_id","number");--> statement-breakpoint
CREATE INDEX "app_versions_state" ON "app_versions" USING btree ("state","submitted_at");--> statement-breakpoint
CREATE INDEX "apps_partner" ON "apps" USING btree ("partner_id","created_at","client_id");--> statement-breakpoint
CREATE INDEX "apps_created_at" ON "apps" USING btree ("created_at","client_id");--> statement-breakpoint
CREATE INDEX "attempts_expires" ON "attempts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "audit_events_client" ON "audit_events" USING btree ("client_id","id");--> statement-breakpoint
CREATE INDEX "audit_events_user" ON "audit_events" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "audit_events_partner" ON "audit_events" USING btree ("partner_id","id");--> statement-breakpoint
CREATE INDEX "audit_events_connection" ON "audit_events" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "audit_events_ip" ON "audit_events" USING btree ("ip","id");--> statement-breakpoint
CREATE INDEX "audit_events_action" ON "audit_events" USING btree ("action","id");--> statement-breakpoint
CREATE INDEX "audit_events_type" ON "audit_events" USING btree ("type","id");--> statement-breakpoint
CREATE INDEX "authenticators_user" ON "authenticators" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "authorization_codes_expires" ON "authorization_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "authorization_requests_expires" ON "authorization_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "client_grants_client_audience" ON "client_grants" USING btree ("client_id","audience","subject_type");--> statement-breakpoint
CREATE INDEX "client_grants_created_at" ON "client_grants" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "client_keys_kid" ON "client_keys" USING btree ("client_id","kid");--> statement-breakpoint
CREATE INDEX "client_origins_client" ON "client_origins" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "client_secrets_client" ON "client_secrets" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "client_usage_date" ON "client_usage" USING btree ("date");--> statement-breakpoint
CREATE INDEX "clients_name" ON "clients" USING btree (lower("name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "clients_created_at" ON "clients" USING btree ("created_at","client_id");--> statement-breakpoint
CREATE INDEX "connection_clients_client" ON "connection_clients" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "connection_keys_connection" ON "connection_keys" USING btree ("connection_id");--> statement-breakpoint
CREATE UNIQUE INDEX "connections_name" ON "connections" USING btree ("name");--> statement-breakpoint
CREATE INDEX "connections_created_at" ON "connections" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "device_codes_user_code" ON "device_codes" USING btree ("user_code_hash");--> statement-breakpoint
CREATE INDEX "device_codes_expires" ON "device_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "device_credentials_device" ON "device_credentials" USING btree ("user_id","client_id","device_id");--> statement-breakpoint
CREATE INDEX "device_credentials_client" ON "device_credentials" USING btree ("client_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "device_credentials_key" ON "device_credentials" USING btree ("user_id","client_id","jkt");--> statement-breakpoint
CREATE INDEX "event_deliveries_due" ON "event_deliveries" USING btree ("receiver_id","next_attempt_at");--> statement-breakpoint
CREATE INDEX "event_deliveries_receiver" ON "event_deliveries" USING btree ("receiver_id","id");--> statement-breakpoint
CREATE INDEX "event_deliveries_created" ON "event_deliveries" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "event_receivers_turn" ON "event_receivers" USING btree ("status","next_turn_at");--> statement-breakpoint
CREATE INDEX "event_receivers_kind" ON "event_receivers" USING btree ("kind","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "grants_user_client_audience" ON "grants" USING btree ("user_id","client_id","audience");--> statement-breakpoint
CREATE INDEX "grants_client" ON "grants" USING btree ("client_id","id");--> statement-breakpoint
CREATE INDEX "grants_audience" ON "grants" USING btree ("audience","id");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_login" ON "identities" USING btree ("connection_id","login");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_provider_user" ON "identities" USING btree ("connection_id","provider_user_id");--> statement-breakpoint
CREATE INDEX "identities_user" ON "identities" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "identities_provider_user_id" ON "identities" USING btree ("provider_user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "initial_access_tokens_token" ON "initial_access_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "initial_access_tokens_created_at" ON "initial_access_tokens" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_ticket" ON "invitations" USING btree ("ticket_hash");--> statement-breakpoint
CREATE INDEX "invitations_partner" ON "invitations" USING btree ("partner_id","created_at");--> statement-breakpoint
CREATE INDEX "jobs_open" ON "jobs" USING btree ("finished_at","held_until");--> statement-breakpoint
CREATE INDEX "login_tickets_expires" ON "login_tickets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "logout_deliveries_next" ON "logout_deliveries" USING btree ("delivered_at","next_attempt_at");--> statement-breakpoint
CREATE INDEX "mfa_tokens_expires" ON "mfa_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "partner_api_clients_partner" ON "partner_api_clients" USING btree ("partner_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "partner_members_user" ON "partner_members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "partners_created_at" ON "partners" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "pushed_requests_expires" ON "pushed_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "recovery_codes_user" ON "recovery_codes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_family" ON "refresh_tokens" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "refusals_client" ON "refusals" USING btree ("client_id","at");--> statement-breakpoint
CREATE INDEX "refusals_at" ON "refusals" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "resource_servers_identifier" ON "resource_servers" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "resource_servers_created_at" ON "resource_servers" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "review_messages_client" ON "review_messages" USING btree ("client_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token" ON "sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_logout" ON "sessions" USING btree ("logout_queued_at","ended_at");--> statement-breakpoint
CREATE INDEX "tickets_user" ON "tickets" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "tickets_expires" ON "tickets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "token_families_user_client" ON "token_families" USING btree ("user_id","client_id");--> statement-breakpoint
CREATE INDEX "token_families_client" ON "token_families" USING btree ("client_id","id");--> statement-breakpoint
CREATE INDEX "token_families_grant" ON "token_families" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "token_families_session" ON "token_families" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "token_families_device" ON "token_families" USING btree ("device_credential_id");--> statement-breakpoint
CREATE INDEX "upstream_logins_connection" ON "upstream_logins" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "upstream_logins_expires" ON "upstream_logins" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "used_token_ids_expires" ON "used_token_ids" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "users_email" ON "users" USING btree (lower("email") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_name" ON "users" USING btree (lower("name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_nickname" ON "users" USING btree (lower("nickname") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_given_name" ON "users" USING btree (lower("given_name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_family_name" ON "users" USING btree (lower("family_name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_name_order" ON "users" USING btree ("name","user_id");--> statement-breakpoint
CREATE INDEX "users_created_at" ON "users" USING btree ("created_at","user_id");--> statement-breakpoint
CREATE INDEX "users_updated_at" ON "users" USING btree ("updated_at","user_id");--> statement-breakpoint
CREATE INDEX "users_last_login_at" ON "users" USING btree ("last_login_at");--> statement-breakpoint
CREATE INDEX "users_logins_count" ON "users" USING btree ("logins_count","user_id");--> statement-breakpoint
CREATE INDEX "users_blocked_at" ON "users" USING btree ("blocked_at") WHERE "users"."blocked_at" is not null;--> statement-breakpoint
CREATE INDEX "users_email_verified" ON "users" USING btree ("email_verified","created_at");