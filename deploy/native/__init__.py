"""PostgreSQL, RabbitMQ and an S3 server as child processes: for machines without a container engine. Linux only.

    with PostgresServer(directory / "postgres") as postgres, RabbitBroker(directory / "rabbitmq") as rabbitmq: …

`postgres.PostgresServer`, `rabbitmq.RabbitBroker` and `radosgw.RadosGateway` listen on loopback only, keep data, ports
and passwords in their own folder, and end with the process that started them. `packages` brings what they need
(standard library only, so that it runs before anything is installed).
"""
