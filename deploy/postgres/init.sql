-- Run once, by the postgres image, when its volume is empty (also by hand: psql -v ON_ERROR_STOP=1 -f init.sql, as a
-- superuser, with the passwords in the environment).
--
-- A database for each service and one for the keyring. The superuser owns them and migrates them. Each service has a
-- login of its own that reaches its own database and (but for the portal) the keyring, nothing else; there it takes the role khamrong_app,
-- whose rights the migrations grant. A password that is not set ends the script with a syntax error.

\getenv intake_password INTAKE_DATABASE_PASSWORD
\getenv tracking_password TRACKING_DATABASE_PASSWORD
\getenv notification_password NOTIFICATION_DATABASE_PASSWORD
\getenv identity_password IDENTITY_DATABASE_PASSWORD
\getenv documents_password DOCUMENTS_DATABASE_PASSWORD
\getenv survey_password SURVEY_DATABASE_PASSWORD
\getenv portal_password PORTAL_DATABASE_PASSWORD

CREATE ROLE khamrong_app NOLOGIN;
CREATE ROLE khamrong_intake LOGIN PASSWORD :'intake_password' IN ROLE khamrong_app;
CREATE ROLE khamrong_tracking LOGIN PASSWORD :'tracking_password' IN ROLE khamrong_app;
CREATE ROLE khamrong_notification LOGIN PASSWORD :'notification_password' IN ROLE khamrong_app;
CREATE ROLE khamrong_identity LOGIN PASSWORD :'identity_password' IN ROLE khamrong_app;
CREATE ROLE khamrong_documents LOGIN PASSWORD :'documents_password' IN ROLE khamrong_app;
CREATE ROLE khamrong_survey LOGIN PASSWORD :'survey_password' IN ROLE khamrong_app;
CREATE ROLE khamrong_portal LOGIN PASSWORD :'portal_password' IN ROLE khamrong_app;

CREATE DATABASE khamrong_intake;
CREATE DATABASE khamrong_tracking;
CREATE DATABASE khamrong_notification;
CREATE DATABASE khamrong_identity;
CREATE DATABASE khamrong_documents;
CREATE DATABASE khamrong_survey;
CREATE DATABASE khamrong_portal;
CREATE DATABASE khamrong_keyring;

REVOKE ALL ON DATABASE khamrong_intake, khamrong_tracking, khamrong_notification, khamrong_identity, khamrong_documents,
    khamrong_survey, khamrong_portal, khamrong_keyring, postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE khamrong_intake TO khamrong_intake;
GRANT CONNECT ON DATABASE khamrong_tracking TO khamrong_tracking;
GRANT CONNECT ON DATABASE khamrong_notification TO khamrong_notification;
GRANT CONNECT ON DATABASE khamrong_identity TO khamrong_identity;
GRANT CONNECT ON DATABASE khamrong_documents TO khamrong_documents;
GRANT CONNECT ON DATABASE khamrong_survey TO khamrong_survey;
GRANT CONNECT ON DATABASE khamrong_portal TO khamrong_portal;
GRANT CONNECT ON DATABASE khamrong_keyring TO khamrong_intake, khamrong_tracking, khamrong_notification,
    khamrong_identity, khamrong_documents, khamrong_survey;
