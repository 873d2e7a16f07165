"""LTI 1.3 with a learning platform: the roster comes by Names and Role Provisioning, scores go back by Assignment and
Grade Services. Login is ltiauthenticator's on the hub.

`collecting.lti_roster` and `export.lti` call `services`; `client` signs and sends. Needs PyJWT (the extra `lti`).
"""
