create table public.rates (
  currency text not null,
  valid_on date not null,
  rate numeric(18, 6) not null,
  primary key (currency, valid_on)
);
create table public.orders (
  id bigint primary key,
  placed_at timestamptz not null,
  amount numeric(12, 2)
);
